/**
 * Addresses of a name as a process of a namespace finds them: numbers, `/etc/hosts`, then the name servers of `/etc/resolv.conf`.
 *
 * Real: glibc getaddrinfo.
 */
import {
  addressesOf,
  askNameServer,
  callbackCall,
  hostsEntries,
  nameservers,
  parseIP,
  type Namespace,
  type Process,
  type SystemCall,
} from '../../sim/index.ts';

const ATTEMPTS = 2;

/** All addresses of a name, none when it has none. Returns what gives it up. */
export function lookupHost(
  namespace: Namespace,
  name: string,
  done: (addresses: readonly string[]) => void,
  servers?: readonly string[],
): () => void {
  const { net, files } = namespace;
  const known = parseIP(name) !== undefined ? [name] : hostsEntries(files, name);
  if (known.length > 0) {
    const timer = net.world.schedule(0, `lookup ${name}`, () => done(known));
    return () => timer.cancel();
  }
  return askServers(namespace, servers ?? nameservers(files), name, done);
}

export function lookupHostCall(process: Process, name: string): SystemCall<readonly string[]> {
  return callbackCall('lookup', (done) => lookupHost(process.namespace, name, done));
}

function askServers(
  { net }: Namespace,
  servers: readonly string[],
  name: string,
  done: (addresses: readonly string[]) => void,
): () => void {
  const tries = Array.from({ length: ATTEMPTS }, () => servers).flat();
  let cancel = (): void => {};
  const next = (): void => {
    const server = tries.shift();
    if (server === undefined) {
      const timer = net.world.schedule(0, `lookup ${name}`, () => done([]));
      cancel = () => timer.cancel();
      return;
    }
    cancel = askNameServer(net, { server, name }, (answer) => {
      const isAnswer =
        typeof answer !== 'string' && (answer.code === 'NOERROR' || answer.code === 'NXDOMAIN');
      if (isAnswer) done(addressesOf(answer));
      else next();
    });
  };
  next();
  return () => cancel();
}
