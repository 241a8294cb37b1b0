/**
 * What a command is: words, arguments and flags as data, a function to run, and commands below it.
 *
 * Real:     spf13/cobra command.go, spf13/pflag flag.go
 * Left out: plugins, hooks, shell completion scripts.
 */
import type { DockerCli } from '../cli.ts';
import type { Sys } from '../process.ts';
import type { FlagSet } from './flagset.ts';

/** The value type that help shows behind a flag; `bool` shows nothing. */
export type FlagType =
  | 'bool'
  | 'string'
  | 'int'
  | 'uint'
  | 'uint16'
  | 'uint32'
  | 'float'
  | 'duration'
  | 'strings'
  | 'stringToString'
  | 'list'
  | 'map'
  | 'filter'
  | 'bytes'
  | 'decimal'
  | 'mount'
  | 'network'
  | 'port'
  | 'ulimit'
  | 'pref'
  | 'config'
  | 'secret'
  | 'credential-spec'
  | 'command'
  | 'gpu-request'
  | 'node-addr'
  | 'external-ca'
  | 'pem-file'
  | 'ipNetSlice';

/** Which rule each value of a list or map must obey. */
export type FlagCheck =
  | 'attach'
  | 'env'
  | 'label'
  | 'link'
  | 'ip'
  | 'dnsSearch'
  | 'extraHost'
  | 'deviceCgroupRule'
  | 'sysctl'
  | 'throttleBps'
  | 'throttleIOps'
  | 'weightDevice'
  | 'genericResource'
  | 'tag';

export interface FlagTable {
  readonly name: string;
  readonly short?: string;
  readonly type: FlagType;
  readonly usage: string;
  /** The default, as help prints it. */
  readonly def?: string;
  readonly check?: FlagCheck;
  /** The first API version that knows the flag: older daemons hide and refuse it. */
  readonly since?: string;
  readonly swarm?: string;
  readonly hidden?: boolean;
  readonly experimental?: boolean;
  /** The only operating system whose daemons know it. */
  readonly ostype?: string;
  readonly deprecated?: string;
  readonly shortDeprecated?: string;
  /** Understood by the commands below, too. */
  readonly persistent?: boolean;
}

export type ArgsRule =
  | readonly ['none']
  | readonly ['exact', number]
  | readonly ['min', number]
  | readonly ['max', number]
  | readonly ['range', number, number];

export interface CommandTable {
  readonly use: string;
  readonly short: string;
  readonly long?: string;
  readonly aliases?: readonly string[];
  /** The text under `Aliases:` where it is not simply the command's own aliases. */
  readonly aliasLine?: string;
  readonly args?: ArgsRule;
  /** False where flags end at the first argument, as in `docker run IMAGE --not-ours`. */
  readonly interspersed?: boolean;
  readonly since?: string;
  /** `manager` or `active`: hidden in help where the node is known to be something else. */
  readonly swarm?: string;
  readonly experimental?: boolean;
  readonly hidden?: boolean;
  /** Place under "Common Commands" of `docker --help`. */
  readonly categoryTop?: number;
  readonly flags: readonly FlagTable[];
}

/** One run of a command: its flags parsed, its arguments left. */
export interface Invocation {
  readonly command: Command;
  readonly flags: FlagSet;
  readonly args: readonly string[];
}

export type Run = (cli: DockerCli, invocation: Invocation) => Sys<void>;

export class Command {
  readonly table: CommandTable;
  readonly name: string;
  readonly run: Run | undefined;
  readonly commands: Command[] = [];
  parent: Command | undefined;

  constructor(table: CommandTable, run?: Run) {
    this.table = table;
    this.name = table.use.split(' ')[0] ?? '';
    this.run = run;
  }

  /** Adds subcommands; cobra keeps them sorted by name. */
  add(...commands: readonly Command[]): this {
    for (const command of commands) {
      command.parent = this;
      this.commands.push(command);
    }
    this.commands.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    return this;
  }

  /** `docker service create`. */
  get path(): string {
    return this.parent === undefined ? this.name : `${this.parent.path} ${this.name}`;
  }

  /** `docker service create [OPTIONS] IMAGE [COMMAND] [ARG...]`. */
  get useLine(): string {
    return this.parent === undefined ? this.table.use : `${this.parent.path} ${this.table.use}`;
  }

  get root(): Command {
    return this.parent === undefined ? this : this.parent.root;
  }

  find(word: string): Command | undefined {
    return this.commands.find(
      (command) => command.name === word || (command.table.aliases ?? []).includes(word),
    );
  }
}
