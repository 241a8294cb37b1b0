/**
 * What every command holds in its hands: the streams, the client, the clock and the files of its process.
 *
 * Real:     docker/cli cli/command/cli.go
 * Left out: trust, manifests, plugins, telemetry.
 */
import { Client } from './client.ts';
import { StatusError } from './errors.ts';
import { SystemError, Terminal, write } from './process.ts';
import type { Process, Sys } from './process.ts';
import type { Transport } from './transport.ts';

export interface GlobalOptions {
  readonly host: string;
  readonly context: string;
  readonly configDir: string;
  readonly isDebug: boolean;
  /** Why no engine is known: said as soon as one is needed. */
  readonly hostError: string | undefined;
}

export class DockerCli {
  readonly process: Process;
  private readonly engine: Client;
  readonly options: GlobalOptions;

  constructor(process: Process, options: GlobalOptions, transport: Transport) {
    this.process = process;
    this.options = options;
    this.engine = new Client(process, options.host, transport);
  }

  /** The engine's client; fails when it is not known which engine is meant. */
  get client(): Client {
    if (this.options.hostError !== undefined) throw new StatusError(this.options.hostError);
    return this.engine;
  }

  out(text: string): Sys<void> {
    return write(this.process.stdout, text);
  }

  err(text: string): Sys<void> {
    return write(this.process.stderr, text);
  }

  println(text: string): Sys<void> {
    return this.out(`${text}\n`);
  }

  get outTerminal(): Terminal | undefined {
    const { terminal } = this.process.stdout;
    return terminal instanceof Terminal ? terminal : undefined;
  }

  get inTerminal(): Terminal | undefined {
    const { terminal } = this.process.stdin;
    return terminal instanceof Terminal ? terminal : undefined;
  }

  get errTerminal(): Terminal | undefined {
    const { terminal } = this.process.stderr;
    return terminal instanceof Terminal ? terminal : undefined;
  }

  /** Virtual milliseconds since 1970. */
  get nowMs(): number {
    return this.process.kernel.world.unixMs;
  }

  env(name: string): string {
    return this.process.env.get(name) ?? '';
  }

  absolute(path: string): string {
    return absolutePath(this.process.cwd, path);
  }

  /** The text of a file; fails as Go's `os.ReadFile` does. */
  readFile(path: string): string {
    try {
      return this.process.namespace.files.readFile(this.absolute(path));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw new StatusError(`open ${path}: ${error.text.toLowerCase()}`);
    }
  }

  writeFile(path: string, text: string): void {
    try {
      this.process.namespace.files.writeFile(this.absolute(path), text);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw new StatusError(`open ${path}: ${error.text.toLowerCase()}`);
    }
  }

  fileExists(path: string): boolean {
    return this.process.namespace.files.exists(this.absolute(path));
  }
}

/** `filepath.Join(cwd, path)`, cleaned. */
export function absolutePath(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
