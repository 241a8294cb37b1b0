/**
 * `npm run bridge -- --nodes manager1,worker1 --sockets DIR [--speed N] [--engine VERSION] [--seed TEXT]`: serves each machine's
 * Engine API on `DIR/<name>.sock` in real time, until Ctrl-C, so that the real docker CLI drives the virtual swarm.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { proxyRequest, proxyUpgrade } from './bridge/proxy.ts';
import { Lab } from './lab.ts';
import './rest.ts';
import { ENGINE_VERSION, vmsNamed } from './templates.ts';

/** How often the lab catches up with the real clock. */
const BEAT_MS = 5;
const EVENTS_PER_BEAT = 50_000;

interface BridgeOptions {
  readonly nodes: readonly string[];
  readonly sockets: string;
  readonly speed: number;
  readonly engine: string;
  readonly seed: string;
}

const USAGE = 'usage: npm run bridge -- --nodes manager1,worker1 --sockets DIR [--speed N] [--engine VERSION] [--seed TEXT]\n';

function parse(args: readonly string[]): BridgeOptions | undefined {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i += 2) {
    const name = /^--(nodes|sockets|speed|engine|seed)$/.exec(args[i] ?? '')?.[1];
    const value = args[i + 1];
    if (name === undefined || value === undefined) return undefined;
    given.set(name, value);
  }
  const nodes = (given.get('nodes') ?? 'manager1,worker1,worker2').split(',').filter((name) => /^[a-z][a-z0-9-]*$/.test(name));
  const sockets = given.get('sockets');
  const speed = Number(given.get('speed') ?? 1);
  if (sockets === undefined || nodes.length === 0 || !(speed > 0)) return undefined;
  return { nodes, sockets, speed, engine: given.get('engine') ?? ENGINE_VERSION, seed: given.get('seed') ?? 'bridge' };
}

function main(): void {
  const options = parse(process.argv.slice(2));
  if (!options) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const template = vmsNamed(options.nodes);
  const machines = template.machines.map((machine) => ({ ...machine, engineVersion: options.engine }));
  const lab = new Lab({ template: { ...template, machines }, seed: options.seed });
  mkdirSync(options.sockets, { recursive: true });
  const servers = lab.hosts.map((host) => {
    const server = createServer((request, response) => proxyRequest(host, request, response));
    server.on('upgrade', (request, socket, first: Buffer) => proxyUpgrade(host, request, socket, first));
    const path = join(options.sockets, `${host.machine.name}.sock`);
    rmSync(path, { force: true });
    server.listen(path, () => process.stdout.write(`${host.machine.name}: docker -H unix://${path}\n`));
    return { server, path };
  });
  keepTime(lab, options.speed);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(servers));
}

/** Virtual time follows the real clock, `speed` times as fast; what a slow computer cannot run is not made up for. */
function keepTime(lab: Lab, speed: number): void {
  let lastMs = performance.now();
  let owedMs = 0;
  setInterval(() => {
    const nowMs = performance.now();
    owedMs += Math.min(nowMs - lastMs, 200) * speed;
    lastMs = nowMs;
    const whole = Math.floor(owedMs);
    owedMs -= whole;
    lab.runUntil(lab.nowMs + whole, EVENTS_PER_BEAT);
  }, BEAT_MS);
}

function stop(servers: readonly { readonly server: Server; readonly path: string }[]): void {
  for (const { server, path } of servers) {
    server.close();
    rmSync(path, { force: true });
  }
  process.exit(0);
}

main();
