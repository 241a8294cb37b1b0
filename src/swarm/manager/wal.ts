/**
 * Raft's memory on the disk: hard state, snapshot and log entries. Written before a message that depends on it is sent.
 *
 * Real:     swarmkit manager/state/raft/storage.go, storage/{walwrap,snapwrap}.go
 * Left out: encryption at rest (whether a manager is locked is the node's business), old snapshots.
 */
import type { Disk } from '../../sim/index.ts';
import {
  MemoryStorage,
  type ConfChange,
  type Entry,
  type HardState,
  type RaftID,
  type Ready,
  type SnapshotData,
} from '../raft/index.ts';
import type { RaftMember } from '../api/index.ts';

const ROOT = 'swarm/raft';
const EMPTY: HardState = { term: 0, vote: 0, commit: 0 };

interface Header {
  readonly raftID: RaftID;
  readonly hardState: HardState;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** The group as it was when a member joined it. */
export interface JoinedGroup {
  readonly members: readonly RaftMember[];
  readonly removed: readonly RaftID[];
}

/** What a member that joins or begins is called. */
export class WriteAheadLog {
  readonly #disk: Disk;
  readonly raftID: RaftID;
  #hardState = EMPTY;
  #firstIndex = 1;
  #lastIndex = 0;
  #snapshot: SnapshotData | undefined;

  private constructor(disk: Disk, raftID: RaftID) {
    this.#disk = disk;
    this.raftID = raftID;
  }

  static exists(disk: Disk): boolean {
    return disk.read(`${ROOT}/header`) !== undefined;
  }

  static create(disk: Disk, raftID: RaftID, joined?: JoinedGroup): WriteAheadLog {
    disk.remove(ROOT);
    const wal = new WriteAheadLog(disk, raftID);
    if (joined) disk.write(`${ROOT}/joined`, joined);
    wal.#writeHeader();
    return wal;
  }

  /** What was saved before the machine went down. */
  static open(disk: Disk): WriteAheadLog {
    const header = disk.read(`${ROOT}/header`) as Header;
    const wal = new WriteAheadLog(disk, header.raftID);
    wal.#hardState = header.hardState;
    wal.#firstIndex = header.firstIndex;
    wal.#lastIndex = header.lastIndex;
    wal.#snapshot = disk.read(`${ROOT}/snapshot`) as SnapshotData | undefined;
    return wal;
  }

  /**
   * Whom to answer until the log says who the members are. The real one keeps them in memory (raft.go, bootstrapMembers): a member that goes
   * down before it has its first entry answers nobody when it is back, and is lost for good.
   */
  get joined(): JoinedGroup | undefined {
    return this.#disk.read(`${ROOT}/joined`) as JoinedGroup | undefined;
  }

  get snapshot(): SnapshotData | undefined {
    return this.#snapshot;
  }

  /** The copy that raft reads from. */
  load(): MemoryStorage {
    const storage = new MemoryStorage();
    if (this.#snapshot) storage.applySnapshot(this.#snapshot);
    storage.append(this.#entries());
    storage.setHardState(this.#hardState);
    return storage;
  }

  save(ready: Pick<Ready, 'hardState' | 'entries' | 'snapshot'>, storage: MemoryStorage): void {
    if (ready.snapshot && storage.applySnapshot(ready.snapshot)) {
      this.#writeSnapshot(ready.snapshot);
      this.#firstIndex = ready.snapshot.index + 1;
      this.#lastIndex = ready.snapshot.index;
    }
    storage.append(ready.entries);
    for (const entry of ready.entries) this.#disk.write(`${ROOT}/entry/${entry.index}`, entry);
    const last = ready.entries[ready.entries.length - 1];
    if (last) this.#lastIndex = last.index;
    if (ready.hardState) {
      this.#hardState = ready.hardState;
      storage.setHardState(ready.hardState);
    }
    if (ready.hardState || last || ready.snapshot) this.#writeHeader();
  }

  /** A snapshot of our own: the log behind it is forgotten, but for some entries that slow followers may need. */
  saveSnapshot(snapshot: SnapshotData, storage: MemoryStorage, keepEntries: number): void {
    this.#writeSnapshot(snapshot);
    const compactIndex = snapshot.index - keepEntries;
    if (compactIndex > 0) storage.compact(compactIndex);
    for (; this.#firstIndex <= compactIndex; this.#firstIndex++)
      this.#disk.write(`${ROOT}/entry/${this.#firstIndex}`, undefined);
    this.#writeHeader();
  }

  /**
   * force-new-cluster: what was not committed is thrown away, and changes are added as if committed that leave this member alone.
   * Real: storage.go loadAndStart, raft.go createConfigChangeEnts.
   */
  forceNewCluster(self: RaftMember): void {
    const { commit, term } = this.#hardState;
    this.#lastIndex = Math.min(this.#lastIndex, Math.max(commit, this.#snapshot?.index ?? 0));
    const ids = new Set<RaftID>(this.#snapshot?.confState ?? []);
    for (const entry of this.#entries()) {
      if (entry.type !== 'confChange') continue;
      const change = entry.data as ConfChange;
      if (change.type === 'addNode') ids.add(change.nodeID);
      else ids.delete(change.nodeID);
    }
    const changes: ConfChange[] = [...ids]
      .filter((id) => id !== self.RaftID)
      .map((nodeID) => ({ id: 0, type: 'removeNode' as const, nodeID }));
    if (!ids.has(self.RaftID))
      changes.push({ id: 0, type: 'addNode', nodeID: self.RaftID, context: self });
    for (const data of changes) {
      this.#lastIndex++;
      const entry: Entry = {
        term,
        index: this.#lastIndex,
        type: 'confChange',
        data,
        sizeBytes: 64,
      };
      this.#disk.write(`${ROOT}/entry/${this.#lastIndex}`, entry);
    }
    this.#hardState = { term, vote: this.#hardState.vote, commit: this.#lastIndex };
    this.#writeHeader();
  }

  #entries(): Entry[] {
    const out: Entry[] = [];
    const first = Math.max(this.#firstIndex, (this.#snapshot?.index ?? 0) + 1);
    for (let index = first; index <= this.#lastIndex; index++)
      out.push(this.#disk.read(`${ROOT}/entry/${index}`) as Entry);
    return out;
  }

  #writeSnapshot(snapshot: SnapshotData): void {
    this.#snapshot = snapshot;
    this.#disk.write(`${ROOT}/snapshot`, snapshot);
  }

  #writeHeader(): void {
    const header: Header = {
      raftID: this.raftID,
      hardState: this.#hardState,
      firstIndex: this.#firstIndex,
      lastIndex: this.#lastIndex,
    };
    this.#disk.write(`${ROOT}/header`, header);
  }
}

/** The node leaves, or is a manager no longer. */
export function eraseWriteAheadLog(disk: Disk): void {
  disk.remove(ROOT);
}
