import { call, callbackCall, normalize, write } from '../sys.ts';
import type { Process, Program } from '../sys.ts';
import { toolName } from './options.ts';

/**
 * `vi` and `nano` open the file in the page's editor: the page hangs a function into `namespace.extra` under `EDITOR`.
 * It may keep the process waiting: `done` ends the program.
 */
export const EDITOR = 'editor';

export type EditorHook = (request: {
  readonly process: Process;
  readonly path: string;
  readonly done: () => void;
}) => void;

export const editor: Program = function* (process) {
  const name = process.argv.slice(1).find((arg) => !/^[-+]/.test(arg));
  const hook = process.namespace.extra.get(EDITOR) as EditorHook | undefined;
  if (!hook || !process.terminal) {
    yield* write(
      process.stderr,
      `이 실습실에서는 지원하지 않습니다: 화면 없이 ${toolName(process)} 실행하기. 대신 cat > 파일 또는 here-document를 쓰세요.\n`,
    );
    return 1;
  }
  if (name === undefined) {
    yield* write(process.stderr, `${toolName(process)}: 편집할 파일 이름을 함께 적어 주세요.\n`);
    return 1;
  }
  const path = normalize(name, process.cwd);
  yield* call(
    callbackCall<void>('edit', (done) => {
      hook({ process, path, done: () => done(undefined) });
      return undefined;
    }),
  );
  return 0;
};
