/**
 * The wall around the deterministic rooms, as seen by the compiler.
 *
 * It is compiled in one program with everything below `app` (src/tsconfig.pure.json). Each line uses something of the
 * outside and expects an error. If a library's typings let the DOM or Node in for anybody, its line stops being an
 * error, and the unused `@ts-expect-error` becomes one.
 */
// @ts-expect-error no page
void document;
// @ts-expect-error no window
void window;
// @ts-expect-error no web worker
void self;
// @ts-expect-error no real time
void setTimeout;
// @ts-expect-error no real time
void setInterval;
// @ts-expect-error no microtask queue
void queueMicrotask;
// @ts-expect-error no real clock
void performance;
// @ts-expect-error no real network
void fetch;
// @ts-expect-error no printing
void console;
// @ts-expect-error no chance but the lab's own
void crypto;
// @ts-expect-error no storage
void localStorage;
// @ts-expect-error no user agent
void navigator;
// @ts-expect-error no Node
void process;
// @ts-expect-error no Node
void Buffer;
// @ts-expect-error not part of the language: differs between hosts
void structuredClone;

export {};
