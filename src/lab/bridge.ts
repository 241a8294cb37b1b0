/**
 * `npm run bridge -- --nodes manager1,worker1 --sockets DIR [--speed N] [--engine VERSION] [--images nginx,redis] [--seed TEXT]`: serves
 * each machine's Engine API on `DIR/<name>.sock` in real time, until Ctrl-C, so that the real docker CLI drives the virtual swarm.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Clock } from './bridge/clock.ts';
import { proxyRequest, proxyUpgrade, type Crossing } from './bridge/proxy.ts';
import { Lab } from './lab.ts';
import './rest.ts';
import { sqliteLoaded } from './sqlite.ts';
import { ENGINE_VERSION, vmsNamed } from './templates.ts';

interface BridgeOptions {
  readonly nodes: readonly string[];
  readonly sockets: string;
  readonly speed: number;
  readonly engine: string;
  /** Images that every machine has from the beginning. */
  readonly images: readonly string[];
  readonly seed: string;
}

const USAGE =
  'usage: npm run bridge -- --nodes manager1,worker1 --sockets DIR [--speed N] [--engine VERSION] [--images nginx,redis] [--seed TEXT]\n';

function parse(args: readonly string[]): BridgeOptions | undefined {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i += 2) {
    const name = /^--(nodes|sockets|speed|engine|images|seed)$/.exec(args[i] ?? '')?.[1];
    const value = args[i + 1];
    if (name === undefined || value === undefined) return undefined;
    given.set(name, value);
  }
  const nodes = (given.get('nodes') ?? 'manager1,worker1,worker2').split(',');
  const sockets = given.get('sockets');
  const speed = Number(given.get('speed') ?? 1);
  const areNames = nodes.every(
    (name, i) => /^[a-z][a-z0-9-]*$/.test(name) && nodes.indexOf(name) === i,
  );
  if (sockets === undefined || !areNames || !(speed > 0)) return undefined;
  const images = given.get('images')?.split(',') ?? [];
  return {
    nodes,
    sockets,
    speed,
    images,
    engine: given.get('engine') ?? ENGINE_VERSION,
    seed: given.get('seed') ?? 'bridge',
  };
}

function main(): void {
  const options = parse(process.argv.slice(2));
  if (!options) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const template = vmsNamed(options.nodes);
  const machines = template.machines.map((machine) => ({
    ...machine,
    engineVersion: options.engine,
  }));
  // Clients reckon ages (`3 minutes ago`) with the real clock, so the lab's begins where that one is.
  const lab = new Lab({
    template: { ...template, machines, preloaded: options.images },
    seed: options.seed,
    epochMs: Date.now(),
  });
  const clock = new Clock(lab, options.speed);
  mkdirSync(options.sockets, { recursive: true });
  const servers = lab.hosts.map((host) =>
    serve({ host, clock }, join(options.sockets, `${host.machine.name}.sock`)),
  );
  clock.start();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(servers));
}

interface Served {
  readonly server: Server;
  readonly path: string;
}

function serve(crossing: Crossing, path: string): Served {
  const server = createServer((request, response) => proxyRequest(crossing, request, response));
  server.on('upgrade', (request, socket, first: Buffer) =>
    proxyUpgrade(crossing, request, socket, first),
  );
  // A client may wait for an event, or keep a connection for its next request, as long as it likes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  rmSync(path, { force: true });
  server.listen(path, () =>
    process.stdout.write(`${crossing.host.machine.name}: docker -H unix://${path}\n`),
  );
  return { server, path };
}

function stop(servers: readonly Served[]): void {
  for (const { server, path } of servers) {
    server.close();
    rmSync(path, { force: true });
  }
  process.exit(0);
}

await sqliteLoaded;
main();
