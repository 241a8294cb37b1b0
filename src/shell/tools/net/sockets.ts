import { call, callbackCall, connectTcp, race, readCall, SystemError, write } from '../../sys.ts';
import type {
  Packet,
  Process,
  Program,
  Raced,
  Readable,
  Sys,
  SystemCall,
  TcpConnection,
} from '../../sys.ts';
import { strftime } from '../../builtins/printf.ts';
import { fail, withOptions } from '../options.ts';
import { resolve } from './resolve.ts';

interface Socket {
  readonly protocol: 'tcp' | 'udp';
  readonly local: string;
  readonly remote: string;
  readonly state: string;
}

function sockets(process: Process): Socket[] {
  const { net } = process.namespace;
  const listening: Socket[] = net.tcp.listening.map((local) => ({
    protocol: 'tcp',
    local,
    remote: '0.0.0.0:*',
    state: 'LISTEN',
  }));
  const open: Socket[] = net.tcp.connections.map(({ local, remote, isOpen }) => ({
    protocol: 'tcp',
    local: `${local.address}:${local.port}`,
    remote: `${remote.address}:${remote.port}`,
    state: isOpen ? 'ESTABLISHED' : 'SYN_SENT',
  }));
  const udp: Socket[] = net.udpPorts.map((port) => ({
    protocol: 'udp',
    local: `0.0.0.0:${port}`,
    remote: '0.0.0.0:*',
    state: '',
  }));
  const portOf = (socket: Socket): number =>
    Number(socket.local.slice(socket.local.lastIndexOf(':') + 1));
  return [...listening.sort((a, b) => portOf(a) - portOf(b)), ...open, ...udp];
}

export const netstat: Program = (process) =>
  withOptions(
    process,
    't:tcp u:udp l:listening a:all n:numeric p:programs r:route e c s i',
    function* (options) {
      const isAll = !options.has('t') && !options.has('u');
      const rows = sockets(process).filter(({ protocol, state }) => {
        if (!isAll && !options.has(protocol === 'tcp' ? 't' : 'u')) return false;
        if (options.has('l')) return state === 'LISTEN' || protocol === 'udp';
        return options.has('a') || state === 'ESTABLISHED' || state === 'SYN_SENT';
      });
      const title = options.has('l')
        ? '(only servers)'
        : options.has('a')
          ? '(servers and established)'
          : '(w/o servers)';
      const program = options.has('p') ? ' PID/Program name    ' : '';
      yield* write(
        process.stdout,
        `Active Internet connections ${title}\nProto Recv-Q Send-Q Local Address           Foreign Address         State      ${program}\n${rows.map(({ protocol, local, remote, state }) => `${protocol.padEnd(5)}      0      0 ${local.padEnd(23)} ${remote.padEnd(23)} ${state.padEnd(11)}${options.has('p') ? ' -                   ' : ''}\n`).join('')}`,
      );
      return 0;
    },
  );

export const ss: Program = (process) =>
  withOptions(
    process,
    't:tcp u:udp l:listening a:all n:numeric p:processes s:summary 4:ipv4 6 o e i',
    function* (options) {
      const isAll = !options.has('t') && !options.has('u');
      const rows = sockets(process).filter(({ protocol, state }) => {
        if (!isAll && !options.has(protocol === 'tcp' ? 't' : 'u')) return false;
        if (options.has('l')) return state === 'LISTEN' || protocol === 'udp';
        return options.has('a') || state === 'ESTABLISHED';
      });
      const names: Readonly<Record<string, string>> = {
        LISTEN: 'LISTEN',
        ESTABLISHED: 'ESTAB',
        SYN_SENT: 'SYN-SENT',
        '': 'UNCONN',
      };
      const net = isAll ? 'Netid ' : '';
      yield* write(
        process.stdout,
        `${net}State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n${rows.map(({ protocol, local, remote, state }) => `${isAll ? protocol.padEnd(6) : ''}${(names[state] ?? state).padEnd(6)} 0      ${state === 'LISTEN' ? '4096  ' : '0     '} ${local.padStart(18)} ${remote.padStart(17)}\n`).join('')}`,
      );
      return 0;
    },
  );

/** `nc`: connects, listens (`-l`) or knocks (`-z`). */
export const nc: Program = (process) =>
  withOptions(
    process,
    'l:listen z v:verbose n w:wait= p:source-port= u:udp k q= N 4 6 e=',
    function* (options) {
      if (options.has('u')) {
        yield* write(process.stderr, '이 실습실에서는 지원하지 않습니다: nc -u\n');
        return 1;
      }
      const [first, second] = options.operands;
      if (options.has('l'))
        return yield* serve(process, Number(options.get('p') ?? second ?? first));
      const [host = '', ports = ''] = [first, second];
      if (second === undefined) {
        yield* write(
          process.stderr,
          'usage: nc [-lnvz] [-p source_port] [-w timeout] [destination] [port]\n',
        );
        return 1;
      }
      const found = yield* resolve(process, host);
      const [address] = found.kind === 'found' ? found.addresses : [];
      if (address === undefined)
        return yield* fail(
          process,
          `getaddrinfo for host "${host}" port ${ports}: Name or service not known`,
        );
      const [low = 0, high = low] = ports.split('-').map(Number);
      let status = 1;
      for (let port = low; port <= Math.min(high, low + 1024); port++) {
        try {
          const connection = yield* connectTcp(
            process,
            { address, port },
            options.has('w') ? Number(options.get('w')) * 1000 : undefined,
          );
          if (options.has('v') || options.has('z'))
            yield* write(
              process.stderr,
              options.has('v') ? `Connection to ${host} ${port} port [tcp/*] succeeded!\n` : '',
            );
          status = 0;
          if (options.has('z')) connection.close();
          else yield* relay(process, connection);
        } catch (error) {
          if (!(error instanceof SystemError) || error.code === 'EINTR' || error.code === 'EPIPE')
            throw error;
          if (options.has('v'))
            yield* fail(process, `connect to ${host} port ${port} (tcp) failed: ${error.text}`);
        }
      }
      return status;
    },
  );

function* serve(process: Process, port: number): Sys<number> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return yield* fail(process, `port number invalid: ${port}`);
  const { net } = process.namespace;
  const connection = yield* call(
    callbackCall<TcpConnection>('accept', (done, refuse) => {
      try {
        const listener = net.tcp.listen('0.0.0.0', port, (one) => {
          listener.close();
          done(one);
        });
        return () => listener.close();
      } catch (error) {
        if (error instanceof SystemError) refuse(error);
        else throw error;
        return undefined;
      }
    }),
  );
  yield* relay(process, connection);
  return 0;
}

/** Standard input to the connection and back, until both have ended. */
function* relay(process: Process, connection: TcpConnection): Sys<void> {
  connection.reader.retain();
  connection.writer.retain();
  let input: Readable | undefined = process.stdin;
  try {
    for (;;) {
      const first: Raced<{ back: SystemCall<string>; there: SystemCall<string> }> = input
        ? yield* race({ back: readCall(connection.reader), there: readCall(input) })
        : yield* race({ back: readCall(connection.reader) });
      const text = first.value;
      if (first.key === 'there') {
        if (text === '') {
          input = undefined;
          connection.close();
        } else yield* write(connection.writer, text);
      } else if (text === '') return;
      else yield* write(process.stdout, text);
    }
  } finally {
    connection.close();
  }
}

/** `tcpdump`: every packet that passes an interface of this namespace. */
export const tcpdump: Program = (process) =>
  withOptions(
    process,
    'i:interface= n c= v q t A e l X s= w=',
    function* (options) {
      if (process.user.uid !== 0)
        return yield* fail(
          process,
          `${options.get('i') ?? 'eth0'}: You don't have permission to capture on that device\n(socket: Operation not permitted)`,
        );
      const { net } = process.namespace;
      const device =
        options.get('i') ?? net.interfaces.find((port) => port.name !== 'lo')?.name ?? 'lo';
      if (device !== 'any' && !net.interfaces.some((port) => port.name === device))
        return yield* fail(
          process,
          `${device}: No such device exists\n(SIOCGIFHWADDR: No such device)`,
        );
      const wanted = filterOf(options.operands);
      if (!wanted) return yield* fail(process, `can't parse filter expression: syntax error`);
      const queue: Packet[] = [];
      let wake: (() => void) | undefined;
      const stop = net.tap((packet, name) => {
        if ((device !== 'any' && name !== device) || !wanted(packet) || queue.length > 10_000)
          return;
        queue.push(packet);
        wake?.();
      });
      process.trap('SIGINT', () => 'interrupt');
      yield* write(
        process.stderr,
        `tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\nlistening on ${device}, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n`,
      );
      const limit = Number(options.get('c') ?? Number.MAX_SAFE_INTEGER);
      let count = 0;
      try {
        while (count < limit) {
          const packet = queue.shift();
          if (packet) {
            count++;
            yield* write(
              process.stdout,
              `${strftime('%H:%M:%S', process.kernel.world.unixMs)}.${String(process.kernel.world.unixMs % 1000).padStart(3, '0')}000 ${describe(packet)}\n`,
            );
          } else
            yield* call(
              callbackCall<void>('recvfrom', (done) => {
                wake = () => {
                  wake = undefined;
                  done(undefined);
                };
                return () => (wake = undefined);
              }),
            );
        }
      } catch (error) {
        if (!(error instanceof SystemError) || error.code !== 'EINTR') throw error;
      } finally {
        stop();
      }
      yield* write(
        process.stderr,
        `\n${count} packets captured\n${count} packets received by filter\n0 packets dropped by kernel\n`,
      );
      return 0;
    },
    { args: process.argv.slice(1).map((arg) => (arg === '-nn' ? '-n' : arg)) },
  );

/** `tcp`, `udp`, `icmp`, `port N`, `host A`, `src`, `dst`, joined by `and`; undefined when it says something else. */
function filterOf(words: readonly string[]): ((packet: Packet) => boolean) | undefined {
  const tests: ((packet: Packet) => boolean)[] = [];
  const all = words.join(' ').split(/\s+/).filter(Boolean);
  for (let i = 0; i < all.length; i++) {
    const word = all[i] as string;
    const isNot = word === 'not' || word === '!';
    const test = isNot ? (all[++i] as string) : word;
    let one: ((packet: Packet) => boolean) | undefined;
    if (test === 'and' || test === '&&') continue;
    if (test === 'tcp' || test === 'udp' || test === 'icmp')
      one = ({ protocol }) => protocol === test;
    else if (test === 'port') {
      const port = Number(all[++i]);
      one = ({ sourcePort, destinationPort }) => sourcePort === port || destinationPort === port;
    } else if (test === 'host' || test === 'src' || test === 'dst') {
      const address = all[++i] === 'host' ? all[++i] : all[i];
      one = ({ source, destination }) =>
        (test !== 'dst' && source === address) || (test !== 'src' && destination === address);
    }
    if (!one) return undefined;
    const kept = one;
    tests.push(isNot ? (packet) => !kept(packet) : kept);
  }
  return (packet) => tests.every((test) => test(packet));
}

function describe(packet: Packet): string {
  const { source, destination, sourcePort, destinationPort, kind, protocol, number, bytes, label } =
    packet;
  if (protocol === 'icmp') {
    const what: Readonly<Record<string, string>> = {
      ECHO: `echo request, id ${sourcePort}, seq 1`,
      'ECHO-REPLY': `echo reply, id ${destinationPort}, seq 1`,
      'HOST-UNREACHABLE': 'host unreachable',
      'PORT-UNREACHABLE': 'port unreachable',
      'TIME-EXCEEDED': 'time exceeded in-transit',
    };
    return `IP ${source} > ${destination}: ICMP ${what[kind] ?? kind}, length ${Math.max(8, bytes - 34)}`;
  }
  const ends = `IP ${source}.${sourcePort} > ${destination}.${destinationPort}:`;
  if (protocol === 'udp')
    return `${ends} UDP, length ${Math.max(0, bytes - 42)}${label === undefined ? '' : ` ${label}`}`;
  const flags: Readonly<Record<string, string>> = {
    SYN: 'S',
    'SYN-ACK': 'S.',
    ACK: '.',
    DATA: 'P.',
    MESSAGE: 'P.',
    FIN: 'F.',
    RST: 'R',
  };
  const length = kind === 'DATA' || kind === 'MESSAGE' ? Math.max(0, bytes - 54) : 0;
  return `${ends} Flags [${flags[kind] ?? '.'}], seq ${number}, length ${length}${label !== undefined && length > 0 ? `: ${label}` : ''}`;
}
