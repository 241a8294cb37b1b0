import { parseIP, write } from '../../sys.ts';
import type { Process, Program, Sys } from '../../sys.ts';
import { groupName, lookupUser, userNames } from '../../users.ts';
import { fail, withOptions } from '../options.ts';
import {
  askServer,
  hostsEntry,
  nameServers,
  resolve,
  type Asked,
  type DnsAnswer,
} from './resolve.ts';

/** The name that a reverse lookup asks for. */
function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

/** Busybox's `nslookup`: asks for IPv4 and IPv6 at once and prints an answer for each. */
export const busyboxNslookup: Program = function* (process) {
  const [name, asked] = process.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  if (name === undefined) {
    yield* write(
      process.stderr,
      'BusyBox v1.36.1 () multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n',
    );
    return 1;
  }
  const server = asked ?? nameServers(process.namespace)[0] ?? '127.0.0.1';
  const isReverse = parseIP(name) !== undefined;
  const types = isReverse ? (['PTR'] as const) : (['A', 'AAAA'] as const);
  const answers: Asked[] = [];
  for (const type of types)
    answers.push(yield* askServer(process, server, isReverse ? reverseName(name) : name, type));
  if (answers.every((answer) => typeof answer === 'string')) {
    yield* write(process.stdout, ';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  yield* write(process.stdout, `Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  let status = 0;
  for (const answer of answers as DnsAnswer[]) {
    if (answer.code === 'NXDOMAIN') {
      yield* write(process.stdout, `** server can't find ${answer.name || name}: NXDOMAIN\n\n`);
      status = 1;
    } else if (answer.code !== 'NOERROR') {
      yield* write(process.stdout, `** server can't find ${name}: ${answer.code}\n\n`);
      status = 1;
    } else
      yield* write(
        process.stdout,
        `Non-authoritative answer:\n${answer.answers.map((record) => (record.type === 'PTR' ? `${record.name}\tname = ${record.data}\n` : `Name:\t${record.name}\nAddress: ${record.data}\n`)).join('')}\n`,
      );
  }
  return status;
};

/** BIND's `nslookup`. */
export const nslookup: Program = function* (process) {
  const [name, asked] = process.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  if (name === undefined) return yield* fail(process, 'usage: nslookup HOST [SERVER]');
  const server = asked ?? nameServers(process.namespace)[0] ?? '127.0.0.1';
  const isReverse = parseIP(name) !== undefined;
  const answer = yield* askServer(
    process,
    server,
    isReverse ? reverseName(name) : name,
    isReverse ? 'PTR' : 'A',
  );
  if (typeof answer === 'string') {
    yield* write(
      process.stdout,
      `;; communications error to ${server}#53: ${answer === 'refused' ? 'connection refused' : answer === 'timeout' ? 'timed out' : 'network unreachable'}\n;; no servers could be reached\n\n`,
    );
    return 1;
  }
  if (isReverse && answer.code === 'NOERROR') {
    yield* write(
      process.stdout,
      `${answer.answers.map((record) => `${record.name}\tname = ${record.data}.\n`).join('')}\n`,
    );
    return 0;
  }
  yield* write(process.stdout, `Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
  if (answer.code !== 'NOERROR') {
    yield* write(process.stdout, `** server can't find ${name}: ${answer.code}\n\n`);
    return 1;
  }
  yield* write(
    process.stdout,
    `Non-authoritative answer:\n${answer.answers.map((record) => `Name:\t${record.name}\nAddress: ${record.data}\n`).join('')}\n`,
  );
  return 0;
};

export const dig: Program = function* (process) {
  const args = process.argv.slice(1);
  const isShort = args.includes('+short');
  const server =
    args.find((arg) => arg.startsWith('@'))?.slice(1) ??
    nameServers(process.namespace)[0] ??
    '127.0.0.1';
  const reverse = args[args.indexOf('-x') + 1];
  const isReverse = args.includes('-x') && reverse !== undefined;
  const words = args.filter((arg, i) => !/^[@+-]/.test(arg) && args[i - 1] !== '-x');
  const type = isReverse ? 'PTR' : words.includes('AAAA') ? 'AAAA' : 'A';
  const name = isReverse
    ? reverseName(reverse)
    : (words.find((word) => !/^(?:A|AAAA|PTR|ANY|MX|NS|TXT)$/.test(word)) ?? '.');
  const beganAtMs = process.kernel.world.nowMs;
  const answer = yield* askServer(process, server, name, type);
  if (typeof answer === 'string') {
    yield* write(
      process.stdout,
      `;; communications error to ${server}#53: ${answer === 'refused' ? 'connection refused' : 'timed out'}\n\n; <<>> DiG 9.18.30 <<>> ${args.join(' ')}\n;; global options: +cmd\n;; no servers could be reached\n`,
    );
    return 9;
  }
  if (isShort) {
    yield* write(process.stdout, answer.answers.map((record) => `${record.data}\n`).join(''));
    return 0;
  }
  const rows = answer.answers
    .map(
      (record) =>
        `${`${record.name}.`.padEnd(24)}${record.ttl}\tIN\t${record.type}\t${record.data}\n`,
    )
    .join('');
  yield* write(
    process.stdout,
    `\n; <<>> DiG 9.18.30 <<>> ${args.join(' ')}\n;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${answer.code}, id: ${answer.id}\n;; flags: qr rd ra; QUERY: 1, ANSWER: ${answer.answers.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n;; QUESTION SECTION:\n;${`${name}.`.padEnd(23)}\tIN\t${type}\n${rows === '' ? '' : `\n;; ANSWER SECTION:\n${rows}`}\n;; Query time: ${process.kernel.world.nowMs - beganAtMs} msec\n;; SERVER: ${server}#53(${server}) (UDP)\n;; MSG SIZE  rcvd: ${40 + rows.length}\n\n`,
  );
  return 0;
};

export const getent: Program = (process) =>
  withOptions(process, 's:service= i', function* (options) {
    const [database, ...keys] = options.operands;
    const { files } = process.namespace;
    switch (database) {
      case 'hosts':
      case 'ahosts':
      case 'ahostsv4':
        return yield* getHosts(process, database, keys);
      case 'passwd':
      case 'group': {
        const text = files.exists(`/etc/${database}`) ? files.readFile(`/etc/${database}`) : '';
        const rows = text
          .split('\n')
          .filter(
            (line) =>
              keys.length === 0 ||
              keys.includes(line.split(':')[0] ?? '') ||
              keys.includes(line.split(':')[2] ?? ''),
          );
        yield* write(
          process.stdout,
          rows
            .filter(Boolean)
            .map((line) => `${line}\n`)
            .join(''),
        );
        return keys.length > 0 && rows.filter(Boolean).length === 0 ? 2 : 0;
      }
      default:
        yield* write(
          process.stderr,
          `Unknown database: ${database ?? ''}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
        );
        return 1;
    }
  });

function* getHosts(process: Process, database: string, keys: readonly string[]): Sys<number> {
  let status = 0;
  for (const key of keys) {
    const known = hostsEntry(process.namespace, key);
    const found =
      known === undefined
        ? yield* resolve(process, key)
        : { kind: 'found' as const, addresses: [known] };
    if (found.kind !== 'found') {
      status = 2;
      continue;
    }
    for (const [index, address] of found.addresses.entries()) {
      if (database === 'hosts') yield* write(process.stdout, `${address.padEnd(15)} ${key}\n`);
      else
        for (const type of ['STREAM', 'DGRAM', 'RAW'])
          yield* write(
            process.stdout,
            `${address.padEnd(15)} ${type.padEnd(6)} ${index === 0 && type === 'STREAM' ? key : ''}`.trimEnd() +
              '\n',
          );
    }
  }
  return status;
}

export const id: Program = (process) =>
  withOptions(process, 'u:user g:group n:name G:groups r', function* (options) {
    const { files } = process.namespace;
    const [name] = options.operands;
    const user = name === undefined ? process.user : lookupUser(files, name);
    if (!user) return yield* fail(process, `‘${name ?? ''}’: no such user`);
    const group = groupName(files, user.gid);
    const groups = [...new Set([group ?? String(user.gid), ...(user.groups ?? [])])];
    const groupIds = groups.map((one) => groupNumber(process, one) ?? user.gid);
    if (options.has('u'))
      yield* write(process.stdout, `${options.has('n') ? user.name : user.uid}\n`);
    else if (options.has('g'))
      yield* write(process.stdout, `${options.has('n') ? (group ?? user.gid) : user.gid}\n`);
    else if (options.has('G'))
      yield* write(process.stdout, `${options.has('n') ? groups.join(' ') : groupIds.join(' ')}\n`);
    else
      yield* write(
        process.stdout,
        `uid=${user.uid}${user.name === '' ? '' : `(${user.name})`} gid=${user.gid}${group === undefined ? '' : `(${group})`} groups=${groups.map((one, i) => `${groupIds[i] ?? ''}(${one})`).join(',')}\n`,
      );
    return 0;
  });

function groupNumber(process: Process, name: string): number | undefined {
  const { files } = process.namespace;
  if (!files.exists('/etc/group')) return undefined;
  const found = files
    .readFile('/etc/group')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`));
  return found === undefined ? undefined : Number(found.split(':')[2]);
}

export const whoami: Program = function* (process) {
  yield* write(process.stdout, `${process.user.name || process.user.uid}\n`);
  return 0;
};

export const groups: Program = function* (process) {
  const { files } = process.namespace;
  yield* write(
    process.stdout,
    `${[...new Set([groupName(files, process.user.gid) ?? String(process.user.gid), ...(process.user.groups ?? [])])].join(' ')}\n`,
  );
  return 0;
};

export const users: Program = function* (process) {
  yield* write(
    process.stdout,
    `${userNames(process.namespace.files).includes(process.user.name) ? process.user.name : ''}\n`,
  );
  return 0;
};
