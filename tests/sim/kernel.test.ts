import { describe, expect, test } from 'vitest';
import {
  Bridge,
  COOKED,
  FileSystem,
  Kernel,
  LineReader,
  NetStack,
  Pipe,
  RAW,
  SystemError,
  Terminal,
  World,
  makeTree,
  race,
  read,
  readAll,
  readCall,
  sink,
  sleep,
  sleepCall,
  wait,
  write,
  type Namespace,
  type Process,
  type Program,
  type SpawnOptions,
} from '../../src/sim/index.ts';

function setUp() {
  const world = new World('seed');
  const kernel = new Kernel(world);
  const net = new NetStack(world, 'host');
  net.addInterface({ name: 'lo', cidr: '127.0.0.1/8', segment: new Bridge('lo') });
  const files = new FileSystem(makeTree({ freeBytes: 1_000_000 }), () => world.nowMs);
  const namespace: Namespace = { id: 'host', hostname: 'host', files, net, extra: new Map() };
  const spawn = (program: Program, options: Partial<SpawnOptions> = {}): Process =>
    kernel.spawn({ program, argv: ['test'], namespace, ...options });
  return { world, kernel, namespace, spawn };
}

describe('processes', () => {
  test('sleep for virtual time and end with a status', () => {
    const { world, spawn } = setUp();
    const process = spawn(function* () {
      yield* sleep(1500);
      return 3;
    });
    world.runUntil(1499);
    expect(process.exit).toBeUndefined();
    world.runUntil(1500);
    expect(process.exit).toEqual({ code: 3, signal: undefined });
  });

  test('text flows through a pipe while both ends run, and ends with the writer', () => {
    const { world, spawn } = setUp();
    const pipe = new Pipe();
    let got = '';
    spawn(
      function* (p) {
        for (const word of ['a', 'b', 'c']) {
          yield* write(p.stdout, `${word}\n`);
          yield* sleep(10);
        }
        return 0;
      },
      { stdout: pipe.writer },
    );
    const reader = spawn(
      function* (p) {
        const lines = new LineReader(p.stdin);
        for (let line = yield* lines.next(); line !== undefined; line = yield* lines.next())
          got += `${world.nowMs}:${line} `;
        return 0;
      },
      { stdin: pipe.reader },
    );
    world.runUntil(100);
    expect(got).toBe('0:a 10:b 20:c ');
    expect(reader.exit?.code).toBe(0);
  });

  test('a writer whose reader has gone ends by SIGPIPE', () => {
    const { world, spawn } = setUp();
    const pipe = new Pipe();
    const yes = spawn(
      function* (p) {
        for (;;) yield* write(p.stdout, 'y\n'.repeat(1000));
      },
      { stdout: pipe.writer },
    );
    spawn(
      function* (p) {
        yield* read(p.stdin, 10);
        return 0;
      },
      { stdin: pipe.reader },
    );
    world.runUntil(1000);
    expect(yes.exit).toEqual({ code: 141, signal: 'SIGPIPE' });
  });

  test('a full pipe makes its writer wait', () => {
    const { world, spawn } = setUp();
    const pipe = new Pipe();
    pipe.reader.retain();
    let written = 0;
    const writer = spawn(
      function* (p) {
        for (let i = 0; i < 100; i++) {
          yield* write(p.stdout, 'x'.repeat(4096));
          written++;
        }
        return 0;
      },
      { stdout: pipe.writer },
    );
    world.runUntil(100);
    expect(written).toBeLessThan(20);
    expect(writer.waitingFor).toBe('write');
  });

  test('a signal ends a process in the middle of a call, and its finally runs', () => {
    const { world, kernel, spawn } = setUp();
    const done: string[] = [];
    const process = spawn(function* () {
      try {
        yield* sleep(1e6);
        return 0;
      } finally {
        done.push('cleaned');
      }
    });
    world.runUntil(5);
    kernel.signal(process, 'SIGTERM');
    expect(process.exit).toEqual({ code: 143, signal: 'SIGTERM' });
    expect(done).toEqual(['cleaned']);
  });

  test('a handler takes the signal; it may interrupt the call', () => {
    const { world, kernel, spawn } = setUp();
    const process = spawn(function* (p) {
      p.trap('SIGINT', () => 'interrupt');
      try {
        yield* sleep(1e6);
      } catch (error) {
        return error instanceof SystemError && error.code === 'EINTR' ? 42 : 1;
      }
      return 0;
    });
    world.runUntil(5);
    kernel.signal(process, 'SIGINT');
    world.runUntil(6);
    expect(process.exit?.code).toBe(42);
  });

  test('PID 1 of a container is not touched by SIGTERM without a handler, but by SIGKILL', () => {
    const { world, kernel, spawn } = setUp();
    const init = spawn(
      function* () {
        yield* sleep(1e9);
        return 0;
      },
      { isInit: true },
    );
    world.runUntil(1);
    kernel.signal(init, 'SIGTERM');
    expect(init.exit).toBeUndefined();
    kernel.signal(init, 'SIGKILL');
    expect(init.exit?.code).toBe(137);
  });

  test('a stopped process waits for SIGCONT', () => {
    const { world, kernel, spawn } = setUp();
    const process = spawn(function* () {
      yield* sleep(10);
      return 0;
    });
    world.runUntil(1);
    kernel.signal(process, 'SIGSTOP');
    world.runUntil(100);
    expect(process.exit).toBeUndefined();
    kernel.signal(process, 'SIGCONT');
    world.runUntil(101);
    expect(process.exit?.code).toBe(0);
  });

  test('what never waits still takes time, and can be killed', () => {
    const { world, kernel, spawn } = setUp();
    const process = spawn(function* (p) {
      for (;;) yield* write(p.stdout, 'x');
    });
    world.runUntil(50);
    expect(world.nowMs).toBe(50);
    expect(process.cpuMs).toBeGreaterThan(40);
    kernel.signal(process, 'SIGKILL');
    expect(process.exit?.code).toBe(137);
  });

  test('the first of several calls wins, the others are taken back', () => {
    const { world, spawn } = setUp();
    const pipe = new Pipe();
    const process = spawn(function* () {
      const first = yield* race({ text: readCall(pipe.reader), late: sleepCall(100) });
      if (first.key !== 'late') return 1;
      pipe.writer.put('kept');
      return (yield* read(pipe.reader)) === 'kept' ? 0 : 2;
    });
    world.runUntil(200);
    expect(process.exit?.code).toBe(0);
  });

  test('a parent gets its child’s status; a power cut tells nobody', () => {
    const { world, kernel, spawn } = setUp();
    const parent = spawn(function* (p) {
      const child = spawn(
        function* () {
          yield* sleep(10);
          return 7;
        },
        { parent: p },
      );
      return (yield* wait(child)).code;
    });
    world.runUntil(20);
    expect(parent.exit?.code).toBe(7);
    const sleeper = spawn(function* () {
      yield* sleep(1e6);
      return 0;
    });
    world.runUntil(21);
    kernel.halt();
    expect(sleeper.exit?.signal).toBe('SIGKILL');
    expect(kernel.processes()).toEqual([]);
  });

  test('an uncaught failure of a call ends the program with its text', () => {
    const { world, spawn, namespace } = setUp();
    let said = '';
    const process = spawn(
      function* () {
        namespace.files.readFile('/nowhere');
        yield* sleep(1);
        return 0;
      },
      { stderr: sink((text) => (said += text)) },
    );
    world.runUntil(1);
    expect(process.exit?.code).toBe(1);
    expect(said).toBe('test: /nowhere: No such file or directory\n');
  });
});

describe('Terminal', () => {
  function open() {
    const { world, kernel, spawn } = setUp();
    let screen = '';
    const terminal = new Terminal(kernel, 80, 24, (text) => (screen += text));
    return { world, kernel, spawn, terminal, screen: () => screen };
  }

  test('in lines: echo, erase, end of file', () => {
    const { world, spawn, terminal, screen } = open();
    let got = '';
    const cat = spawn(
      function* (p) {
        got = yield* readAll(p.stdin);
        return 0;
      },
      { stdin: terminal.input, terminal },
    );
    world.runUntil(1);
    terminal.feed('helloo\u007f\r');
    terminal.feed('한글\u007f글\r\u0004');
    world.runUntil(2);
    expect(got).toBe('hello\n한글\n');
    expect(screen()).toBe('helloo\b \b\r\n한글\b\b  \b\b글\r\n');
    expect(cat.exit?.code).toBe(0);
  });

  test('Ctrl-C goes to the foreground group', () => {
    const { world, spawn, terminal, screen } = open();
    const process = spawn(
      function* () {
        yield* sleep(1e6);
        return 0;
      },
      { terminal, leadsGroup: true },
    );
    terminal.foreground = process.group;
    world.runUntil(1);
    terminal.feed('\u0003');
    expect(process.exit).toEqual({ code: 130, signal: 'SIGINT' });
    expect(screen()).toBe('^C');
  });

  test('key by key, and what was typed ahead is not lost when the mode changes', () => {
    const { terminal } = open();
    terminal.setMode(RAW);
    terminal.feed('ls\r');
    terminal.setMode(COOKED);
    expect(terminal.input.take()).toBe('ls\n');
    terminal.feed('par');
    terminal.setMode(RAW);
    terminal.feed('tial');
    expect(terminal.input.take()).toBe('partial');
  });
});
