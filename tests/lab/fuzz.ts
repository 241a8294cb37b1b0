/** Random command lines: the real grammar with random damage, typed at the machines of one lab. None may crash it, hang or fall silent. */
import '../../src/lab/rest.ts';
import { Lab, type Host } from '../../src/lab/lab.ts';
import { runWhile } from '../../src/lab/play/runner.ts';
import { vms } from '../../src/lab/templates.ts';
import { runCommand } from '../../src/shell/index.ts';
import { Random, emptyInput, sink } from '../../src/sim/index.ts';
import { readRecording, recordingNames } from '../conformance/recording.ts';

export interface FuzzOutcome {
  readonly lines: number;
  /** What went wrong, with the line that did it. */
  readonly faults: readonly string[];
  readonly virtualMs: number;
  /** Lines that ended well, with an error, and by an interrupt. */
  readonly ends: { good: number; bad: number; interrupted: number };
}

/** A line that has not ended by then is interrupted, as a person would; then it must end. */
const PATIENCE_MS = 60_000;
const AFTER_INTERRUPT_MS = 30_000;
/** Lines in one lab: what they leave behind must not slow down all that follow. */
const LAB_LINES = 400;
const STACK_TRACE =
  /\bat .*\.(?:ts|mjs|js):\d+|TypeError|RangeError|AssertionError|undefined is not|Cannot read prop|\[object Object\]|not a function/;
/** What scripts do for ever, or to the machine itself, is no fault of the lab. */
const UNWANTED =
  /while (?:true|:)|for \(\(|\bwatch\b|reboot|shutdown|poweroff|yes\b|tail -f|sleep \d{3,}/;

/** Lines that people have typed: what the damage is done to. */
function corpus(): string[] {
  const lines = new Set<string>();
  for (const name of recordingNames) {
    for (const { run, until } of readRecording(name).steps) {
      const line = (run ?? until ?? '').replace(/\$\{[A-Z_0-9]+\}/g, 'web');
      if (line !== '' && !UNWANTED.test(line)) lines.add(line);
    }
  }
  return [...lines].sort();
}

const WORDS = [
  ...[
    'docker',
    'service',
    'node',
    'swarm',
    'stack',
    'network',
    'config',
    'secret',
    'volume',
    'container',
    'image',
    'system',
    'create',
    'ls',
    'ps',
    'rm',
  ],
  ...[
    'inspect',
    'update',
    'scale',
    'logs',
    'rollback',
    'init',
    'join',
    'leave',
    '--name',
    '--replicas',
    '-d',
    '-p',
    '--help',
    '--format',
    '--filter',
    '-q',
  ],
  ...[
    'web',
    'nginx',
    'manager1',
    'worker1',
    '0',
    '-1',
    '99999999999999999999',
    '""',
    "''",
    '{{.ID}}',
    '{{json .}}',
    '{{',
    '}}',
    '{{.Nope}}',
    '=',
    '--',
    '-',
    '|',
  ],
  ...[
    '&&',
    ';',
    '>',
    '<',
    '$(',
    ')',
    '`',
    '"',
    "'",
    '\\',
    '*',
    '$HOME',
    '${',
    '한글',
    '\u0000',
    '🙂',
    'name=',
    'a=b',
    ':80',
    '80:80',
    '80:',
    '1m',
    '1x',
    '/',
    '..',
  ],
];

/** What bash reads as more than a word. */
const SYNTAX = [
  ...['(', ')', '{ ', ' }', '((', '))', '[[ ', ' ]]', '$((', '`', '"', "'", "$'", '<<EOF\n', '<<<'],
  ...[
    '<(',
    '>(',
    '>&',
    '2>&1',
    '>>',
    '<>',
    '|&',
    '||',
    '&&',
    '&',
    ';',
    ';;',
    ';&',
    '!',
    '#',
    '\\\n',
  ],
  ...[
    'if ',
    'then ',
    'else ',
    'fi',
    'for i in 1 2; ',
    'do ',
    'done',
    'case x in ',
    'esac',
    'until ',
  ],
  ...[
    'function f ',
    'f() ',
    'select ',
    'time ',
    'coproc ',
    'eval ',
    'exec ',
    'source ',
    'set -e; ',
  ],
  ...[
    '${',
    '${x:-',
    '${x//',
    '${#',
    '${!',
    '${x[',
    '$[',
    '}',
    '{1..9}',
    '{a,b',
    '*',
    '?',
    '[!',
    '~',
  ],
  ...['\n', '\t', '\r', '\u0000', '\u0003', '\u001b[2J', '$RANDOM', '$?', '$@', 'x=', 'export x='],
];

/** Marks that combine, that turn the line around, that have no width or two, halves of pairs, spaces that are none. */
const ODD = [
  ...['e\u0301', '\u202e', '\u200b', '\ufeff', '\u00a0', '\u3000', '\ud83d', '\udc00', '\ufffd'],
  ...['👩‍👩‍👧‍👦', '🇰🇷', '한글', '\u1112\u1161\u11ab', 'ﬀ', 'İ', 'ß', '－', '“', '”', '‘', '’', '…', '—'],
];

/** A line that goes on and on. */
const LONG = 20_000;

function damaged(random: Random, lines: readonly string[]): string {
  let line = random.pick(lines);
  for (let n = random.below(4); n > 0; n--) line = damage(random, line, lines);
  if (random.chance(1, 10))
    for (let n = random.between(1, 4); n > 0; n--) line = insert(random, line, random.pick(SYNTAX));
  if (random.chance(1, 20)) line = insert(random, line, random.pick(ODD));
  if (UNWANTED.test(line) || line.length > 2000) return 'docker node ls';
  return random.chance(1, 200) ? lengthened(random, line) : line;
}

function insert(random: Random, line: string, text: string): string {
  const at = random.below(line.length + 1);
  return line.slice(0, at) + text + line.slice(at);
}

function lengthened(random: Random, line: string): string {
  const text = random.pick([
    'x',
    '한',
    'a ',
    '--label a=b ',
    '(',
    '$x',
    '\\',
    "'",
    '{{',
    ODD[0] ?? '',
  ]);
  return insert(random, line, text.repeat(Math.ceil(LONG / text.length)));
}

function damage(random: Random, line: string, lines: readonly string[]): string {
  const words = line.split(' ');
  const at = random.below(words.length);
  switch (random.below(8)) {
    case 0:
      return words.filter((_, i) => i !== at).join(' ');
    case 1:
      return [...words.slice(0, at), random.pick(WORDS), ...words.slice(at)].join(' ');
    case 2:
      return words.map((word, i) => (i === at ? random.pick(WORDS) : word)).join(' ');
    case 3:
      return [...words.slice(0, at), ...random.pick(lines).split(' ').slice(random.below(4))].join(
        ' ',
      );
    case 4:
      return [...words.slice(0, at), words[at], ...words.slice(at)].join(' ');
    case 5: {
      const place = random.below(line.length + 1);
      return line.slice(0, place) + line.slice(place + 1 + random.below(3));
    }
    case 6: {
      const place = random.below(line.length + 1);
      return (
        line.slice(0, place) +
        random.pick([...'{}[]()<>|&;$"\'\\-=,:/.*?!#~% \t09azAZ']) +
        line.slice(place)
      );
    }
    default:
      return `docker ${random.shuffle(words.slice(1)).join(' ')}`;
  }
}

export function fuzz(seed: string, count: number): FuzzOutcome {
  const lines = corpus();
  const random = new Random(seed, 'fuzz');
  const faults: string[] = [];
  let virtualMs = 0;
  const ends = { good: 0, bad: 0, interrupted: 0 };
  for (let done = 0; done < count; done += LAB_LINES) {
    const lab = swarm(`${seed} ${done}`);
    for (let n = 0; n < Math.min(LAB_LINES, count - done); n++) {
      const line = damaged(random, lines);
      const host = lab.hosts[random.below(lab.hosts.length)] as Host;
      const fault = tryLine(lab, host, line, ends);
      if (fault !== undefined) faults.push(`${host.machine.name}: ${line}\n  ${fault}`);
    }
    virtualMs += lab.nowMs;
  }
  return { lines: count, faults, virtualMs, ends };
}

function swarm(seed: string): Lab {
  const lab = new Lab({ template: { ...vms(1, 1), preloaded: ['nginx:latest'] }, seed });
  const manager = lab.hosts[0] as Host;
  tryLine(lab, manager, 'docker swarm init --advertise-addr 192.168.99.100');
  tryLine(lab, manager, 'docker service create -d --name web --replicas 2 nginx');
  return lab;
}

/** What is wrong with how a line was answered; undefined when nothing is. */
function tryLine(
  lab: Lab,
  host: Host,
  commandLine: string,
  ends?: FuzzOutcome['ends'],
): string | undefined {
  const { kernel, namespace } = host.machine;
  let [stdout, stderr] = ['', ''];
  try {
    const process = runCommand({
      kernel,
      namespace,
      user: host.user,
      commandLine,
      stdin: emptyInput,
      stdout: sink((text) => (stdout += text)),
      stderr: sink((text) => (stderr += text)),
    });
    const isOver = (): boolean => process.exit !== undefined;
    if (!runWhile(lab, isOver, PATIENCE_MS)) {
      if (ends) ends.interrupted++;
      kernel.signalGroup(process.group, 'SIGINT');
      if (!runWhile(lab, isOver, AFTER_INTERRUPT_MS)) {
        kernel.signalGroup(process.group, 'SIGKILL');
        runWhile(lab, isOver, 1000);
        return 'hangs: an interrupt does not end it';
      }
    }
    if (ends) ends[process.exit?.code === 0 ? 'good' : 'bad']++;
    const said = stdout + stderr;
    if (STACK_TRACE.test(said)) return `prints ${said.slice(0, 400)}`;
    const isDocker = /^docker (?!.*[|&;<>$`\\])/.test(commandLine);
    if (
      isDocker &&
      process.exit?.code !== 0 &&
      process.exit?.code !== undefined &&
      process.exit.code < 126 &&
      said.trim() === ''
    )
      return `fails without a word: ${process.exit.code}`;
    return undefined;
  } catch (error) {
    return `stops the lab: ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : String(error)}`;
  }
}
