/**
 * `/docker-entrypoint.sh` of the nginx images and the scripts of `/docker-entrypoint.d`; then the command takes its place.
 *
 * Real:     nginx/docker-nginx entrypoint/*.sh.
 * Left out: `envsubst` templates are filled with the environment's variables as there; the resolver script sets its variable only.
 */
import {
  SystemError,
  sleep,
  wait,
  write,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { become, loadProgram } from '../net/become.ts';

const SCRIPT_MS = 12;
const FOLDER = '/docker-entrypoint.d';

export const nginxEntrypoint: Program = function* (process) {
  const words = process.argv.slice(1);
  if (
    (words[0] === 'nginx' || words[0] === 'nginx-debug') &&
    (process.env.get('NGINX_ENTRYPOINT_QUIET_LOGS') ?? '') === ''
  )
    yield* runScripts(process, (text) => write(process.stdout, `/docker-entrypoint.sh: ${text}\n`));
  else if (words[0] === 'nginx') yield* runScripts(process, function* () {});
  return yield* become(process, words, '/docker-entrypoint.sh');
};

function* runScripts(process: Process, say: (text: string) => Sys<void>): Sys<void> {
  const { files } = process.namespace;
  const names = files.lookup(FOLDER)?.type === 'directory' ? files.list(FOLDER) : [];
  if (names.length === 0) return yield* say(`No files found in ${FOLDER}/, skipping configuration`);
  yield* say(`${FOLDER}/ is not empty, will attempt to perform configuration`);
  yield* say(`Looking for shell scripts in ${FOLDER}/`);
  for (const name of names) {
    const path = `${FOLDER}/${name}`;
    const node = files.lookup(path);
    const isExecutable = node !== undefined && (node.mode & 0o111) !== 0;
    if (name.endsWith('.envsh') || name.endsWith('.sh')) {
      const isSourced = name.endsWith('.envsh');
      if (!isExecutable) yield* say(`Ignoring ${path}, not executable`);
      else {
        yield* say(`${isSourced ? 'Sourcing' : 'Launching'} ${path}`);
        yield* launch(process, path);
      }
    } else yield* say(`Ignoring ${path}`);
  }
  yield* say('Configuration complete; ready for start up');
}

function* launch(process: Process, path: string): Sys<void> {
  yield* sleep(SCRIPT_MS);
  const found = loadProgram(process, [path]);
  if ('error' in found)
    return yield* write(process.stderr, `/docker-entrypoint.sh: ${path}: ${found.error}\n`);
  yield* wait(
    process.kernel.spawn({
      program: found.program,
      argv: found.argv,
      namespace: process.namespace,
      parent: process,
    }),
  );
}

/** The scripts that the image itself brings, by the name of the file that runs. */
export const nginxStartScript: Program = function* (process) {
  const name = (process.argv[0] ?? '').replace(/^.*\//, '');
  const quiet = (process.env.get('NGINX_ENTRYPOINT_QUIET_LOGS') ?? '') !== '';
  const say = (text: string): Sys<void> => write(process.stdout, quiet ? '' : `${name}: ${text}\n`);
  if (name.startsWith('10-listen-on-ipv6')) yield* listenOnIPv6(process, say);
  if (name.startsWith('20-envsubst')) yield* fillTemplates(process, say);
  return 0;
};

const CONF = '/etc/nginx/conf.d/default.conf';

function* listenOnIPv6(process: Process, say: (text: string) => Sys<void>): Sys<void> {
  const { files } = process.namespace;
  if (files.lookup(CONF)?.type !== 'file')
    return yield* say(`info: ${CONF} is not a file or does not exist`);
  const text = files.readFile(CONF);
  if (/listen\s+\[::\]:80;/.test(text)) return yield* say('info: IPv6 listen already enabled');
  const mount = files.mountOf(CONF);
  if (mount?.isReadOnly || files.rootTree.isReadOnly)
    return yield* say(`info: can not modify ${CONF} (read-only file system?)`);
  yield* say(`info: Getting the checksum of ${CONF}`);
  if (!text.startsWith('server {\n    listen       80;\n    server_name  localhost;'))
    return yield* say(`info: ${CONF} differs from the packaged version`);
  files.writeFile(
    CONF,
    text.replace('    listen       80;\n', '    listen       80;\n    listen  [::]:80;\n'),
  );
  yield* say(`info: Enabled listen on IPv6 in ${CONF}`);
}

const TEMPLATES = '/etc/nginx/templates';

function* fillTemplates(process: Process, say: (text: string) => Sys<void>): Sys<void> {
  const { files } = process.namespace;
  if (files.lookup(TEMPLATES)?.type !== 'directory') return;
  for (const name of files.list(TEMPLATES)) {
    if (!name.endsWith('.template')) continue;
    const target = `/etc/nginx/conf.d/${name.slice(0, -'.template'.length)}`;
    yield* say(`Running envsubst on ${TEMPLATES}/${name} to ${target}`);
    const text = files.readFile(`${TEMPLATES}/${name}`);
    try {
      // Only variables that exist are replaced: nginx's own ($uri) stay.
      files.writeFile(
        target,
        text.replace(
          /\$(?:\{(\w+)\}|(\w+))/g,
          (all, braced: string | undefined, bare: string | undefined) =>
            process.env.get(braced ?? bare ?? '') ?? all,
        ),
      );
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* say(`ERROR: ${TEMPLATES} exists, but /etc/nginx/conf.d is not writable`);
    }
  }
}
