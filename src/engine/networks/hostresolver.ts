/**
 * The machine's own name resolution, for the daemon: /etc/hosts, then the name servers of /etc/resolv.conf.
 *
 * Real: Go's net resolver as dockerd uses it; libnetwork resolvconf (Path). Its sentences are part of dockerd's errors.
 */
import {
  addressesOf,
  askNameServer,
  hostsEntries,
  nameservers as nameserversOf,
  parseIP,
  type Machine,
} from '../../sim/index.ts';

export type HostAnswer = { readonly address: string } | { readonly error: string };

/** systemd-resolved's own ear, and the file where it says whom it asks. */
const STUB = '127.0.0.53';
const UPSTREAM_FILE = '/run/systemd/resolve/resolv.conf';

export function lookupHost(
  machine: Machine,
  name: string,
  done: (answer: HostAnswer) => void,
): void {
  const known = parseIP(name) !== undefined ? name : hostsEntries(machine.files, name)[0];
  if (known !== undefined)
    return void machine.world.schedule(0, `lookup ${name}`, () => done({ address: known }));
  const server = nameserversOf(machine.files)[0];
  if (server === undefined)
    return void machine.world.schedule(0, `lookup ${name}`, () =>
      done({ error: `lookup ${name}: no such host` }),
    );
  const fail = (why: string): void => done({ error: `lookup ${name} on ${server}:53: ${why}` });
  askNameServer(machine.net, { server, name }, (answer, ownEnd) => {
    if (answer === 'refused')
      return fail(`read udp ${ownEnd}->${server}:53: read: connection refused`);
    const [address] = typeof answer === 'string' ? [] : addressesOf(answer);
    if (address === undefined) fail('no such host');
    else done({ address });
  });
}

/** The name servers that containers of a machine ask: none that only the machine itself can reach. */
export function nameservers(machine: Machine): readonly string[] {
  const own = nameserversOf(machine.files);
  const isStub = own.length === 1 && own[0] === STUB;
  const servers = isStub ? nameserversOf(machine.files, UPSTREAM_FILE) : own;
  return servers.filter((server) => !server.startsWith('127.'));
}
