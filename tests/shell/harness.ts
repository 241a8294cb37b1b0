import { HeadlessShell, installTools, PROGRAMS } from '../../src/shell/index.ts';
import { shellPrograms } from '../../src/shell/rest.ts';
import {
  Machine,
  Terminal,
  Underlay,
  World,
  sink,
  source,
  ROOT,
  type Process,
  type User,
} from '../../src/sim/index.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A machine with the shell's tools, and a shell on it that keeps its state between lines. */
export class Bench {
  readonly world = new World('shell');
  readonly underlay: Underlay;
  readonly machine: Machine;
  readonly shell: HeadlessShell;

  constructor(user: User = ROOT) {
    this.underlay = new Underlay(this.world, 'lan');
    this.machine = new Machine({
      world: this.world,
      name: 'box',
      cards: [
        {
          name: 'eth0',
          cidr: '192.168.99.100/24',
          segment: this.underlay,
          mac: '08:00:27:00:00:01',
        },
      ],
      cpus: 2,
      memoryBytes: 2 ** 31,
      diskBytes: 2 ** 34,
      programs: shellPrograms,
    });
    this.machine.namespace.extra.set(PROGRAMS, shellPrograms);
    installTools(this.machine.files, {
      hostname: 'box',
      machine: this.machine,
      users: [{ name: 'kevin', uid: 1000, home: '/home/kevin', groups: ['sudo', 'docker'] }],
    });
    this.shell = new HeadlessShell({
      kernel: this.machine.kernel,
      namespace: this.machine.namespace,
      user,
    });
  }

  run(commandLine: string, input = '', limitMs = 600_000): Ran {
    let stdout = '';
    let stderr = '';
    const process = this.shell.run(commandLine, {
      stdin: source(input),
      stdout: sink((text) => (stdout += text)),
      stderr: sink((text) => (stderr += text)),
    });
    this.finish(process, limitMs);
    return { stdout, stderr, code: process.exit?.code ?? -1 };
  }

  finish(process: Process, limitMs = 600_000): void {
    const until = this.world.nowMs + limitMs;
    while (!process.exit && this.world.step(until));
  }

  /** Lets virtual time pass. */
  pass(ms: number): void {
    this.world.runUntil(this.world.nowMs + ms);
  }

  terminal(
    columns = 80,
    rows = 24,
  ): { readonly terminal: Terminal; readonly screen: () => string } {
    let screen = '';
    const terminal = new Terminal(this.machine.kernel, columns, rows, (text) => (screen += text));
    return { terminal, screen: () => screen };
  }
}
