/** What core tells whoever watches: committed changes, gathered so that a port gets at most one message in 50 ms. */
import type { Change } from '../../shared/contract.ts';
import { joinLooks } from '../../shared/run/looks.ts';
import type { Port } from '../../shared/port.ts';

type PointsChange = Extract<Change, { kind: 'points' }>;
type BlocksChange = Extract<Change, { kind: 'blocks' }>;

const intervalMs = 50;
/** A watcher that has this much unsent waits for its next batch. */
const busyBytes = 4 * 1024 * 1024;
/** A watcher that is this far behind loses its port; it starts again from the store. */
const mostWaitingPoints = 2_000_000;

/** Changes of one kind that follow each other and are sent as one. */
type Gathered = { readonly points: PointsChange[] } | { readonly blocks: BlocksChange[] };

/** Changes on their way to one port. Newer states replace older ones, points of one series are joined. */
class Batch {
  readonly #changes = new Map<string, Change | Gathered>();
  #count = 0;
  #points = 0;

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }
  get points(): number {
    return this.#points;
  }
  add(change: Change): void {
    if (change.kind === 'points') {
      const key = `points ${change.run} ${change.series}`;
      const gathered = this.#changes.get(key) as { points: PointsChange[] } | undefined;
      if (gathered) gathered.points.push(change);
      else this.#changes.set(key, { points: [change] });
      this.#points += change.steps.length;
    } else if (change.kind === 'rewind') {
      this.#closePoints(change.run);
      this.#changes.set(`${this.#count++}`, change);
    } else if (change.kind === 'blocks') {
      const key = `blocks ${change.run}`;
      const gathered = this.#changes.get(key) as { blocks: BlocksChange[] } | undefined;
      if (gathered) gathered.blocks.push(change);
      else this.#changes.set(key, { blocks: [change] });
      this.#points += change.looks.computed.length;
    } else if (change.kind === 'run') {
      // The newest state moves behind the points that led to it.
      this.#changes.delete(`run ${change.run.id}`);
      this.#changes.set(`run ${change.run.id}`, change);
    } else if (change.kind === 'import') {
      this.#changes.set(`import ${change.import.id}`, change);
    } else if (change.kind === 'probe') {
      // Behind the end of an earlier one.
      const key = `probe ${change.run} ${change.probe}`;
      this.#changes.delete(key);
      this.#changes.set(key, change);
    } else if (
      change.kind === 'event' ||
      change.kind === 'evaluation' ||
      change.kind === 'notice' ||
      change.kind === 'probeEnd'
    )
      this.#changes.set(`${this.#count++}`, change);
    else this.#changes.set(change.kind, change);
  }
  /** Points and looks that come from now on are not joined to those that came before. */
  #closePoints(run: string): void {
    for (const [key, change] of [...this.#changes]) {
      if (!key.startsWith(`points ${run} `) && key !== `blocks ${run}`) continue;
      this.#changes.delete(key);
      this.#changes.set(`${this.#count++}`, change);
    }
  }
  take(): Change[] {
    const changes = [...this.#changes.values()].map(joined);
    this.#changes.clear();
    this.#points = 0;
    return changes;
  }
}

function joined(entry: Change | Gathered): Change {
  if ('points' in entry) return joinedPoints(entry.points);
  if ('blocks' in entry) return { ...entry.blocks[0]!, looks: joinLooks(entry.blocks.map(({ looks }) => looks)) };
  return entry;
}

function joinedPoints(parts: readonly PointsChange[]): PointsChange {
  const change = parts[0]!;
  if (parts.length === 1) return change;
  const join = (arrays: Float64Array[]) => {
    const all = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
    let offset = 0;
    for (const array of arrays) {
      all.set(array, offset);
      offset += array.length;
    }
    return all;
  };
  return { ...change, steps: join(parts.map((part) => part.steps)), values: join(parts.map((part) => part.values)) };
}

/** The one stream of changes. Give it only what is committed. */
export class Publisher {
  readonly #watchers = new Map<Port, Batch>();
  readonly #onFirst: () => void;
  #timer: NodeJS.Timeout | null = null;

  /** `onFirst` is called when somebody begins to watch. */
  constructor(onFirst: () => void = () => undefined) {
    this.#onFirst = onFirst;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  watch(port: Port): void {
    if (this.#watchers.has(port)) return;
    this.#watchers.set(port, new Batch());
    if (this.#watchers.size === 1) this.#onFirst();
  }

  unwatch(port: Port): void {
    this.#watchers.delete(port);
  }

  publish(changes: readonly Change[]): void {
    for (const batch of this.#watchers.values()) for (const change of changes) batch.add(change);
    if (changes.length > 0) this.#schedule();
  }

  /** Sends what is gathered, now. */
  flush(): void {
    for (const [port, batch] of this.#watchers) {
      if (batch.isEmpty) continue;
      if (batch.points > mostWaitingPoints) {
        this.unwatch(port);
        port.close();
      } else if (port.pendingBytes() > busyBytes) this.#schedule();
      else port.send({ kind: 'changes', changes: batch.take() });
    }
  }

  close(): void {
    this.flush();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#watchers.clear();
  }

  #schedule(): void {
    if (this.#timer || !this.isWatched) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, intervalMs);
  }
}
