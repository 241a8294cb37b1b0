/** Machines in a swarm, and commands on them. */
import { expect } from 'vitest';
import '../../src/lab/rest.ts';
import { Lab, type Host } from '../../src/lab/lab.ts';
import { PipeRunner } from '../../src/lab/play/pipes.ts';
import { vms } from '../../src/lab/templates.ts';
import { addressOf } from './seeds-operator.ts';

const LIMIT_MS = 60_000;

export class LabSwarm {
  readonly lab: Lab;
  readonly #runner: PipeRunner;

  constructor(managers: number, workers: number) {
    this.lab = new Lab({
      template: { ...vms(managers, workers), preloaded: ['nginx:latest'] },
      seed: 'swarm',
    });
    this.#runner = new PipeRunner(this.lab);
    this.on('manager1', `docker swarm init --advertise-addr ${this.address}`);
  }

  /** Of the first manager. */
  get address(): string {
    return addressOf(this.host('manager1'));
  }

  host(machine: string): Host {
    return this.lab.host(machine) as Host;
  }

  wait(ms: number): void {
    this.lab.runUntil(this.lab.nowMs + ms);
  }

  /** Steps until something is so; an error when it does not come to be. */
  stepUntil(isSo: () => boolean): void {
    const endMs = this.lab.nowMs + LIMIT_MS;
    while (!isSo()) if (!this.lab.world.step(endMs)) throw new Error('it did not come to be');
  }

  run(machine: string, command: string, { tty } = { tty: false }) {
    const result = this.#runner.run(machine, command, { tty }, LIMIT_MS);
    return result ?? { exit: undefined, stdout: '', stderr: 'no end' };
  }

  on(machine: string, command: string): string {
    const { exit, stdout, stderr } = this.run(machine, command);
    expect(exit, `${command}: ${stderr}`).toBe(0);
    return stdout;
  }

  token(role: string): string {
    return this.on('manager1', `docker swarm join-token -q ${role}`).trim();
  }

  joinCommand(machine: string): string {
    const role = machine.startsWith('manager') ? 'manager' : 'worker';
    return `docker swarm join --token ${this.token(role)} ${this.address}:2377`;
  }

  joinAll(): void {
    for (const { machine } of this.lab.hosts.slice(1))
      this.on(machine.name, this.joinCommand(machine.name));
    this.wait(5000);
  }
}
