/**
 * Plays transcripts in the manner of etcd's: a command, `----`, and what happened. Members do
 * nothing by themselves; `stabilize` lets them talk until they are done.
 */

import { MemoryStorage } from '../../../src/swarm/raft/index.ts';
import type { ConfChange, Entry, Message, Ready } from '../../../src/swarm/raft/index.ts';
import { entry } from './builders.ts';
import { Member } from './network.ts';

interface Command {
  readonly name: string;
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** The text again, with every answer as it is now. */
export function play(text: string): string {
  const group = new Group();
  const out: string[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    out.push(line);
    if (line === '' || line.startsWith('#')) continue;
    out.push('----', ...group.run(parse(line)));
    while (i + 1 < lines.length && lines[i + 1] !== '') i++;
  }
  return out.join('\n');
}

function parse(line: string): Command {
  const [name = '', ...rest] = line.split(' ');
  const options = new Map<string, string>();
  const words: string[] = [];
  for (const word of rest) {
    const [key = '', value] = word.split('=');
    if (value === undefined) words.push(word);
    else options.set(key, value);
  }
  return { name, words, options };
}

class Group {
  readonly #members = new Map<number, Member>();
  #inTransit: Message[] = [];
  #out: string[] = [];
  #isQuiet = false;

  run(command: Command): readonly string[] {
    this.#out = [];
    const [first = '', second = ''] = command.words;
    this.#execute(command, Number(first), second);
    const out = this.#isQuiet && command.name !== 'status' ? [] : this.#out;
    return out.length === 0 ? ['ok'] : out;
  }

  #execute({ name, words, options }: Command, id: number, argument: string): void {
    switch (name) {
      case 'quiet':
        this.#isQuiet = words[0] === 'on';
        return;
      case 'add-members':
        this.#addMembers(id, options);
        return;
      case 'bootstrap':
        this.#member(id).node.bootstrap([{ nodeID: id }]);
        return;
      case 'campaign':
        this.#member(id).node.campaign();
        return;
      case 'tick':
        for (let i = 0; i < Number(argument); i++) this.#member(id).node.tick();
        return;
      case 'propose':
        this.#tell(this.#member(id).node.propose(argument, argument.length));
        return;
      case 'propose-conf-change':
        this.#tell(this.#member(id).node.proposeConfChange(confChange(argument)));
        return;
      case 'transfer-leadership':
        this.#member(id).node.transferLeadership(Number(argument));
        return;
      case 'process-ready':
        this.#processReady(id, '');
        return;
      case 'deliver':
        this.#deliver(id, '');
        return;
      case 'drop':
        this.#inTransit = this.#inTransit.filter((m) => m.to !== id);
        return;
      case 'compact':
        this.#member(id).compact(Number(argument));
        return;
      case 'restart':
        this.#member(id).restart();
        return;
      case 'stabilize':
        this.#stabilize(words.map(Number));
        return;
      case 'status':
        for (const pr of this.#member(id).node.status().progress) this.#tell(progress(pr));
        return;
      case 'log':
        for (const e of this.#member(id).node.entriesFrom(1)) this.#tell(describeEntry(e));
        return;
      default:
        throw new Error(`unknown command: ${name}`);
    }
  }

  #tell(line: string): void {
    this.#out.push(line);
  }

  #member(id: number): Member {
    const found = this.#members.get(id);
    if (found === undefined) throw new Error(`no member ${id}`);
    return found;
  }

  /** `add-members 2 voters=1,2,3 log=1,1,2`: as many, with the next IDs, all with the same disk. */
  #addMembers(count: number, options: ReadonlyMap<string, string>): void {
    const numbers = (key: string): number[] =>
      (options.get(key) ?? '')
        .split(',')
        .filter((word) => word !== '')
        .map(Number);
    for (let i = 0; i < count; i++) {
      const id = this.#members.size + 1;
      const storage = new MemoryStorage(numbers('voters'));
      const log = numbers('log').map((term, at) => entry(at + 1, term));
      storage.append(log);
      const commit = Number(options.get('commit') ?? 0);
      storage.setHardState({ term: log.at(-1)?.term ?? 0, vote: 0, commit });
      const logger = (line: string): void => this.#tell(`  ${line}`);
      this.#members.set(id, new Member(id, storage, { logger, electionTick: 3 }));
    }
  }

  #processReady(id: number, indent: string): void {
    const member = this.#member(id);
    if (!member.node.hasReady()) return;
    const at = this.#out.length;
    const ready = member.handleReady();
    const own = this.#out.splice(at);
    for (const line of describeReady(ready)) this.#tell(indent + line);
    this.#out.push(...own);
    this.#inTransit.push(...ready.messages);
  }

  #deliver(id: number, indent: string): void {
    const mine = this.#inTransit.filter((m) => m.to === id);
    this.#inTransit = this.#inTransit.filter((m) => m.to !== id);
    for (const m of mine) {
      this.#tell(indent + describeMessage(m));
      this.#member(id).node.step(m);
    }
  }

  #stabilize(only: readonly number[]): void {
    const ids = [...this.#members.keys()].filter((id) => only.length === 0 || only.includes(id));
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (const id of ids) {
        if (!this.#member(id).node.hasReady()) continue;
        isBusy = true;
        this.#tell(`> ${id} handling Ready`);
        this.#processReady(id, '  ');
      }
      for (const id of ids) {
        if (!this.#inTransit.some((m) => m.to === id)) continue;
        isBusy = true;
        this.#tell(`> ${id} receiving messages`);
        this.#deliver(id, '  ');
      }
    }
  }
}

function confChange(text: string): ConfChange {
  const nodeID = Number(text.slice(1));
  return { id: 1, type: text.startsWith('+') ? 'addNode' : 'removeNode', nodeID };
}

function describeReady(ready: Ready): string[] {
  const { softState, hardState, snapshot, entries, committedEntries, messages } = ready;
  const lines: string[] = [];
  if (softState !== undefined) lines.push(`Lead:${softState.lead} State:${softState.state}`);
  if (hardState !== undefined) {
    lines.push(
      `HardState Term:${hardState.term} Vote:${hardState.vote} Commit:${hardState.commit}`,
    );
  }
  if (snapshot !== undefined) {
    lines.push(
      `Snapshot ${snapshot.term}/${snapshot.index} members:(${snapshot.confState.join(' ')})`,
    );
  }
  if (entries.length > 0) lines.push(`Save ${entries.map(describeEntry).join(' ')}`);
  if (committedEntries.length > 0) {
    lines.push(`Apply ${committedEntries.map(describeEntry).join(' ')}`);
  }
  lines.push(...messages.map(describeMessage));
  return lines;
}

function describeEntry(e: Entry): string {
  if (e.type === 'normal') return `${e.term}/${e.index}:${(e.data as string | null) ?? '""'}`;
  const { type, nodeID } = e.data as ConfChange;
  return `${e.term}/${e.index}:${type === 'addNode' ? '+' : '-'}${nodeID}`;
}

function describeMessage(m: Message): string {
  const head = `${m.from}->${m.to} ${m.type} Term:${m.term}`;
  switch (m.type) {
    case 'RequestVote': {
      const last = `${head} Last:${m.lastLogTerm}/${m.lastLogIndex}`;
      return m.leadershipTransfer ? `${last} Transfer` : last;
    }
    case 'RequestVoteResponse':
      return `${head} ${m.voteGranted ? 'granted' : 'rejected'}`;
    case 'AppendEntries': {
      const what = m.entries.map(describeEntry).join(' ');
      return `${head} Prev:${m.prevLogTerm}/${m.prevLogIndex} Commit:${m.leaderCommit} [${what}]`;
    }
    case 'AppendEntriesResponse': {
      const hint = `rejected (Hint: ${m.hintTerm}/${m.hintIndex})`;
      return `${head} Index:${m.index}${m.success ? '' : ` ${hint}`}`;
    }
    case 'Heartbeat':
      return `${head} Commit:${m.leaderCommit}`;
    case 'InstallSnapshot':
      return `${head} Snapshot:${m.snapshot.term}/${m.snapshot.index}`;
    case 'HeartbeatResponse':
    case 'TimeoutNow':
      return head;
  }
}

function progress(pr: ReturnType<Member['node']['status']>['progress'][number]): string {
  const words = [`${pr.id}: ${pr.state} matchIndex=${pr.matchIndex} nextIndex=${pr.nextIndex}`];
  if (pr.isPaused) words.push('paused');
  if (pr.pendingSnapshot > 0) words.push(`pendingSnapshot=${pr.pendingSnapshot}`);
  if (!pr.recentActive) words.push('inactive');
  if (pr.inflight > 0) words.push(`inflight=${pr.inflight}`);
  return words.join(' ');
}
