/**
 * python3 and pip3: small scripts, and the one package that the lab has for them.
 *
 * Real:     CPython 3.12, pip 24.0.
 * Left out: the prompt (`python3` without a script), other packages, virtual environments.
 */
import {
  normalize,
  read,
  sleep,
  SystemError,
  write,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { Interpreter } from './interpreter.ts';
import { parsePython, Unsupported } from './syntax.ts';
import { PythonSyntaxError } from './tokens.ts';
import { Raised } from './values.ts';

const VERSION = '3.12.3';
const SITE = '/usr/local/lib/python3.12/dist-packages';
const PACKAGES: Readonly<Record<string, string>> = {
  docker: '7.1.0',
  requests: '2.32.3',
  urllib3: '2.3.0',
};

export const python3: Program = function* (process) {
  const [first, ...rest] = process.argv.slice(1);
  if (first === '--version' || first === '-V') {
    yield* write(process.stdout, `Python ${VERSION}\n`);
    return 0;
  }
  if (first === '-c') return yield* runText(process, rest[0] ?? '', '<string>');
  if (first === undefined || first === '-') {
    if (process.terminal) return yield* unsupported(process, 'python3 대화형 모드');
    let text = '';
    for (let piece = yield* read(process.stdin); piece !== ''; piece = yield* read(process.stdin))
      text += piece;
    return yield* runText(process, text, '<stdin>');
  }
  if (first === '-m' && rest[0] === 'pip') return yield* pip(process, rest.slice(1));
  if (first.startsWith('-')) return yield* unsupported(process, `python3 ${first}`);
  try {
    const path = normalize(first, process.cwd);
    return yield* runText(process, process.namespace.files.readFile(path), path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* write(
      process.stderr,
      `python3: can't open file '${normalize(first, process.cwd)}': [Errno ${error.code === 'ENOENT' ? 2 : 13}] ${error.text}\n`,
    );
    return 2;
  }
};

function* unsupported(process: Process, what: string): Sys<number> {
  yield* write(process.stderr, `이 실습실에서는 지원하지 않습니다: ${what}\n`);
  return 1;
}

function* runText(process: Process, text: string, file: string): Sys<number> {
  process.memoryBytes = Math.max(process.memoryBytes, 9_500_000);
  const lineOf = (line: number): string => (text.split('\n')[line - 1] ?? '').trim();
  const { files } = process.namespace;
  try {
    const hasDocker = (): boolean =>
      folders(process).some((folder) => files.exists(`${folder}/docker`));
    yield* new Interpreter(process, hasDocker).run(parsePython(text));
    return 0;
  } catch (error) {
    if (error instanceof Unsupported) return yield* unsupported(process, error.message);
    if (error instanceof PythonSyntaxError) {
      const name = /indent/.test(error.message) ? 'IndentationError' : 'SyntaxError';
      yield* write(
        process.stderr,
        `  File "${file}", line ${error.line}\n    ${lineOf(error.line)}\n${name}: ${error.message}\n`,
      );
      return 1;
    }
    if (!(error instanceof Raised)) throw error;
    if (error.type === 'SystemExit') return Number(error.message) || 0;
    const source = file.startsWith('<') ? '' : `    ${lineOf(error.line)}\n`;
    const message = error.message === '' ? error.type : `${error.type}: ${error.message}`;
    yield* write(
      process.stderr,
      `Traceback (most recent call last):\n  File "${file}", line ${error.line}, in <module>\n${source}${message}\n`,
    );
    return 1;
  }
}

/** Where packages are: the machine's, and the user's own. */
function folders({ user }: Process): readonly string[] {
  return [SITE, `${user.home}/.local/lib/python3.12/site-packages`];
}

export const pip3: Program = (process) => pip(process, process.argv.slice(1));

function* pip(process: Process, words: readonly string[]): Sys<number> {
  const [verb, ...rest] = words;
  const names = rest.filter((word) => !word.startsWith('-'));
  if (verb === '--version' || verb === '-V') {
    yield* write(
      process.stdout,
      `pip 24.0 from /usr/lib/python3/dist-packages/pip (python 3.12)\n`,
    );
    return 0;
  }
  if (verb === 'list') return yield* list(process);
  if (verb !== 'install') return yield* unsupported(process, `pip3 ${verb ?? ''}`.trim());
  if (names.length === 0) {
    yield* write(
      process.stderr,
      'ERROR: You must give at least one requirement to install (see "pip help install")\n',
    );
    return 1;
  }
  for (const name of names) {
    const status = yield* install(process, name);
    if (status !== 0) return status;
  }
  return 0;
}

function* list(process: Process): Sys<number> {
  const { files } = process.namespace;
  const rows = Object.entries(PACKAGES).filter(([name]) =>
    folders(process).some((folder) => files.exists(`${folder}/${name}`)),
  );
  const all = [...rows, ['pip', '24.0'] as const];
  yield* write(
    process.stdout,
    `Package  Version\n-------- -------\n${all.map(([name, version]) => `${name.padEnd(8)} ${version}\n`).join('')}`,
  );
  return 0;
}

function* install(process: Process, name: string): Sys<number> {
  const { files } = process.namespace;
  const [system = '', own = ''] = folders(process);
  const target = process.user.uid === 0 ? system : own;
  if (process.user.uid !== 0)
    yield* write(
      process.stdout,
      'Defaulting to user installation because normal site-packages is not writeable\n',
    );
  if (PACKAGES[name] === undefined) {
    yield* write(
      process.stderr,
      `ERROR: Could not find a version that satisfies the requirement ${name} (from versions: none)\nERROR: No matching distribution found for ${name}\n`,
    );
    return yield* unsupported(process, `${name} 패키지 (pip3로는 docker를 설치할 수 있어요)`);
  }
  if ([system, own].some((folder) => files.exists(`${folder}/${name}`))) {
    yield* write(
      process.stdout,
      `Requirement already satisfied: ${name} in ${target} (${PACKAGES[name]})\n`,
    );
    return 0;
  }
  const wanted = name === 'docker' ? ['urllib3', 'requests', 'docker'] : [name];
  yield* write(process.stdout, `Collecting ${name}\n`);
  yield* sleep(400);
  yield* write(
    process.stdout,
    `  Downloading ${name}-${PACKAGES[name]}-py3-none-any.whl.metadata (3.8 kB)\n`,
  );
  yield* sleep(600);
  for (const one of wanted) {
    const { uid, gid } = process.user;
    files.mkdir(`${target}/${one}`, { parents: true, uid, gid });
    files.writeFile(`${target}/${one}/__init__.py`, `__version__ = "${PACKAGES[one]}"\n`, {
      uid,
      gid,
    });
  }
  const shown = wanted.map((one) => `${one}-${PACKAGES[one]}`).sort((a, b) => (a < b ? -1 : 1));
  yield* write(
    process.stdout,
    `Installing collected packages: ${wanted.join(', ')}\nSuccessfully installed ${shown.join(' ')}\n`,
  );
  return 0;
}
