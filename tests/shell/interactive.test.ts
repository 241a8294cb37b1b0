import { describe, expect, test } from 'vitest';
import { spawnLogin } from '../../src/shell/index.ts';
import { ROOT, type Process, type Terminal } from '../../src/sim/index.ts';
import { Bench } from './harness.ts';

interface Desk {
  readonly bench: Bench;
  readonly terminal: Terminal;
  readonly shell: Process;
  readonly type: (keys: string, ms?: number) => string;
}

/** What a person sees: control sequences and carriage returns taken away. */
function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[@-~]|\u001b\][^\u0007]*\u0007/g, '').replace(/\r/g, '');
}

/** A root shell at a terminal; `type` presses keys and returns what is new on the screen. */
function desk(columns = 80): Desk {
  const bench = new Bench();
  const { terminal, screen } = bench.terminal(columns);
  const shell = spawnLogin(bench.machine, terminal, ROOT);
  bench.pass(100);
  return {
    bench,
    terminal,
    shell,
    type: (keys, ms = 200) => {
      const before = screen().length;
      terminal.feed(keys);
      bench.pass(ms);
      return plain(screen().slice(before));
    },
  };
}

test('the prompt shows user, host and folder', () => {
  const bench = new Bench();
  const { terminal, screen } = bench.terminal();
  spawnLogin(bench.machine, terminal, ROOT);
  bench.pass(100);
  expect(plain(screen())).toBe('root@box:~# ');
  terminal.feed('cd /etc\r');
  bench.pass(100);
  expect(plain(screen()).endsWith('root@box:/etc# ')).toBe(true);
});

test('a command echoes, runs, and the next prompt follows', () => {
  const { type } = desk();
  expect(type('echo hello\r')).toBe('echo hello\nhello\nroot@box:~# ');
  expect(type('nosuch\r')).toBe('nosuch\n-bash: nosuch: command not found\nroot@box:~# ');
  expect(type('echo $?\r')).toBe('echo $?\n127\nroot@box:~# ');
});

test('a quote left open asks for more with PS2', () => {
  const { type } = desk();
  expect(type('echo "a\r')).toBe('echo "a\n> ');
  expect(type('b"\r')).toBe('b"\na\nb\nroot@box:~# ');
});

test('editing: word delete, home, insertion', () => {
  const { type } = desk();
  expect(type('ecko one two\u0017\u0001\u001b[C\u001b[C\u001b[3~h\r')).toMatch(
    /\none\s*\nroot@box:~# $/,
  );
});

test('history: up, !!, !$', () => {
  const { type } = desk();
  type('echo first\r');
  expect(type('\u001b[A\r')).toMatch(/\nfirst\nroot@box:~# $/);
  expect(type('!!\r')).toMatch(/echo first\nfirst\n/);
  expect(type('echo again !$\r')).toMatch(/again first\n/);
});

test('Ctrl-C ends the command in the foreground and gives the prompt back', () => {
  const { type } = desk();
  type('sleep 1000\r');
  expect(type('\u0003')).toMatch(/\^C\nroot@box:~# $/);
  expect(type('echo $?\r')).toMatch(/\n130\n/);
});

test('Ctrl-C ends a loop of builtins that never waits', () => {
  const { type, shell } = desk();
  type('while true; do :; done\r');
  expect(type('\u0003')).toMatch(/root@box:~# $/);
  expect(shell.exit).toBeUndefined();
});

test('Ctrl-C at the prompt drops the line', () => {
  const { type } = desk();
  expect(type('half a line\u0003')).toMatch(/\^C\nroot@box:~# $/);
});

test('Ctrl-Z stops a job, bg goes on, jobs lists, fg waits', () => {
  const { type } = desk();
  type('sleep 5\r');
  expect(type('\u001a')).toMatch(/\[1\]\+ {2}Stopped {17}sleep 5\nroot@box:~# $/);
  expect(type('bg\r')).toContain('[1]+ sleep 5 &');
  expect(type('jobs\r')).toMatch(/\[1\]\+ {2}Running {17}sleep 5 &/);
  type('\r', 6000);
  expect(type('\r')).not.toContain('Running');
});

test('a background job tells when it has ended', () => {
  const { type } = desk();
  expect(type('sleep 1 &\r')).toMatch(/\[1\] \d+\nroot@box:~# $/);
  type('', 2000);
  expect(type('\r')).toMatch(/\[1\]\+ {2}Done {20}sleep 1\n/);
});

test('a job that reads the terminal from the background stops and takes nothing from the shell', () => {
  const { type } = desk();
  type('cat &\r');
  expect(type('echo mine\r')).toContain('\nmine\n');
});

test('cat > file takes lines until Ctrl-D', () => {
  const { type, bench } = desk();
  type('cat > note.txt\r');
  type('hello1\r');
  type('\u0004');
  expect(bench.machine.files.readFile('/root/note.txt')).toBe('hello1\n');
  expect(type('cat note.txt\r')).toContain('\nhello1\n');
});

test('Tab completes commands, files and variables', () => {
  const { type } = desk();
  type('mkdir projects\r');
  expect(type('cd pro\t')).toContain('cd projects/');
  type('\u0015');
  expect(type('hostn\t')).toContain('hostname ');
});

test('several pasted lines run one after the other', () => {
  const { type } = desk();
  expect(type('echo one\recho two\r')).toMatch(/\none\n[\s\S]*\ntwo\nroot@box:~# $/);
});

test('a bracketed paste waits for Enter', () => {
  const { type } = desk();
  const shown = type('\u001b[200~echo a\necho b\u001b[201~');
  expect(shown).not.toMatch(/^a$/m);
  expect(type('\r')).toMatch(/\na\nb\nroot@box:~# $/);
});

test('Hangul takes two cells: the cursor goes back over both', () => {
  const bench = new Bench();
  const { terminal, screen } = bench.terminal();
  spawnLogin(bench.machine, terminal, ROOT);
  bench.pass(100);
  terminal.feed('echo 한글');
  bench.pass(100);
  const before = screen().length;
  terminal.feed('\u001b[D');
  bench.pass(100);
  // Prompt 12 cells, `echo ` 5, one syllable 2.
  expect(screen().slice(before)).toContain('\r\u001b[19C');
});

test('exit ends the login shell', () => {
  const { type, shell } = desk();
  expect(type('exit 3\r')).toContain('logout');
  expect(shell.exit?.code).toBe(3);
});

test('typed keys that nobody reads reach the next prompt', () => {
  const { type } = desk();
  type('sleep 1\r', 100);
  type('echo later\r', 100);
  expect(type('', 2000)).toContain('later\n');
});

describe('lines that were pasted together', () => {
  const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`;

  test('run one by one: Ctrl-C ends one of them, the next goes on', () => {
    const { type } = desk();
    type(`${paste('sleep 3\necho hi')}\r`, 100);
    expect(type('\u0003')).toMatch(/\^C\nhi\nroot@box:~# $/);
  });

  test('a line that is no command is passed over', () => {
    const { type } = desk();
    expect(type(`${paste('echo a\necho )\necho b')}\r`)).toMatch(
      /\na\n-bash: syntax error near unexpected token `\)'\nb\nroot@box:~# $/,
    );
  });

  test('what is complete runs before the rest is asked for', () => {
    const { type } = desk();
    expect(type(`${paste('echo a\nfor i in 1 2; do')}\r`)).toMatch(/\na\n> $/);
    expect(type('echo $i; done\r')).toMatch(/\n1\n2\nroot@box:~# $/);
  });

  test('a command reads the keyboard, not the lines after it', () => {
    const { type } = desk();
    type(`${paste('read x\nb\necho "x=$x"')}\r`);
    expect(type('typed\r')).toMatch(/b: command not found\nx=typed\nroot@box:~# $/);
  });

  test('each is a line of the history', () => {
    const { type } = desk();
    type(`${paste('echo one\n# why\necho \\\n  two\n')}\r`);
    const shown = type('history\r');
    expect(shown).toMatch(/ 1 {2}echo one\n +2 {2}# why\n +3 {2}echo {3}two\n +4 {2}history\n/);
  });

  test('a command over several lines, with backslashes', () => {
    const { type } = desk();
    expect(type(`${paste('echo one \\\n  --token two \\\n  three\n')}\r`)).toMatch(
      /\none --token two three\nroot@box:~# $/,
    );
  });

  test('a here-document', () => {
    const { type, bench } = desk();
    type(`${paste('cat > note.txt <<EOF\na\nb\nEOF\necho done')}\r`);
    expect(bench.machine.files.readFile('/root/note.txt')).toBe('a\nb\n');
  });

  test('keys after a paste draw only what is new', () => {
    const { type } = desk();
    const lines = Array.from({ length: 60 }, (_, i) => `echo ${i}`).join('\n');
    type(paste(lines));
    expect(type('x')).toBe('x');
    expect(type('\u007f')).toBe('\b');
  });

  test('a megabyte is taken, shown and run', () => {
    const { type } = desk();
    const lines = Array.from({ length: 4_000 }, (_, i) => `x${i}=${'a'.repeat(250)}`);
    type(paste(lines.join('\n')));
    expect(type('\r', 20_000)).toMatch(/root@box:~# $/);
    expect(type('echo $x3999\r')).toContain('a'.repeat(80));
  });
});
