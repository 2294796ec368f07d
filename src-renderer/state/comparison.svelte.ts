/**
 * What is laid over each other: details of the compared runs, their curves as core thins and smooths them, the seeds that
 * belong to them, and their bands. Runs that are under way follow what core publishes; nothing of theirs is fetched twice.
 */
import { SvelteMap } from 'svelte/reactivity';
import type {
  CallInput,
  CallOutput,
  Run,
  RunDetail,
  SeriesName,
  SummaryChoice,
} from '../../src-main/shared/contract.ts';
import { smooth } from '../../src-main/shared/run/curve.ts';
import type { Api } from '../api.ts';
import { noPoints } from '../charts/points.ts';
import type { Points } from '../charts/points.ts';
import { isOver } from '../words/run.ts';
import type { Curves } from './curves.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { Runs } from './runs.svelte.ts';

/** Points that one line of a chart gets: about three for each of its columns of pixels. */
const drawnPoints = 1500;
/** With many runs each of their lines gets fewer: so many of all together for one series. */
const drawnTogether = 30_000;
const pointsFor = (runs: number) => Math.max(300, Math.min(drawnPoints, Math.floor(drawnTogether / Math.max(1, runs))));
/** Runs in one call, so that the first ones are drawn while the others are read; each time all that came are drawn anew. */
const runsPerCall = 50;

export interface Drawn {
  readonly points: Points;
  readonly stored: number;
}
export interface DrawnBand extends Drawn {
  readonly margin: Float64Array;
}
type Band = CallOutput<'history.bands'>[number];
export type Seeds = CallOutput<'history.seeds'>[number];

const nothing: Drawn = { points: noPoints, stored: 0 };

/** Steps that are looked at of a run; null: all. */
export type StepRange = readonly [from: number, to: number] | null;

interface Entry {
  /** What it was fetched for. */
  readonly key: string;
  readonly drawn: Drawn;
}

export class Comparison {
  readonly #api: Api;
  readonly #runs: Runs;
  readonly #curves: Curves;
  readonly #notices: Notices;
  #details: ReadonlyMap<string, RunDetail> = $state.raw(new Map());
  readonly #entries = new SvelteMap<string, Entry>();
  readonly #asked = new Map<string, string>();
  #seeds = $state.raw<readonly Seeds[]>([]);
  #bands = $state.raw<ReadonlyMap<string, DrawnBand>>(new Map());
  #seedsKey = '';
  #bandsKey = '';
  /** Smoothed points of runs under way, by curve, length and weight: only what is new is worked out anew. */
  readonly #live = new Map<string, { length: number; weight: number; last: number; points: Points }>();

  constructor(api: Api, runs: Runs, curves: Curves, notices: Notices) {
    this.#api = api;
    this.#runs = runs;
    this.#curves = curves;
    this.#notices = notices;
  }

  detail(run: string): RunDetail | undefined {
    return this.#details.get(run);
  }
  get seeds(): readonly Seeds[] {
    return this.#seeds;
  }

  /** Fetches what belongs to runs and never changes once they are made. To be called in an effect. */
  async describe(runs: readonly Run[]): Promise<void> {
    const missing = runs.filter(({ id }) => !this.#asked.has(`detail ${id}`));
    if (missing.length === 0) return;
    for (const { id } of missing) this.#asked.set(`detail ${id}`, '');
    try {
      // Taken up together: every reader of details looks at all of them.
      const found = await Promise.all(missing.map(({ id }) => this.#runs.show(id)));
      this.#details = new Map([...this.#details, ...found.map((detail) => [detail.run.id, detail] as const)]);
    } catch (thrown) {
      for (const { id } of missing) this.#asked.delete(`detail ${id}`);
      this.#notices.failed(thrown);
    }
  }

  /** Fetches the curves of runs that are over, each in its range of steps. To be called in an effect. */
  follow(
    runs: readonly Run[],
    series: readonly SeriesName[],
    smoothing: number,
    rangeOf: (run: Run) => StepRange,
  ): void {
    const most = pointsFor(runs.length);
    const batches = new Map<string, { range: StepRange; runs: string[] }>();
    for (const run of runs.filter(isOver)) {
      const range = rangeOf(run);
      const key = `${smoothing} ${range?.join('-') ?? ''} ${run.step} ${most}`;
      const missing = series.filter((name) => this.#asked.get(`${run.id} ${name}`) !== key);
      if (missing.length === 0) continue;
      for (const name of missing) this.#asked.set(`${run.id} ${name}`, key);
      const batch = `${missing.join()} ${range?.join('-') ?? ''}`;
      const known = batches.get(batch);
      if (known) known.runs.push(run.id);
      else batches.set(batch, { range, runs: [run.id] });
    }
    for (const [batch, { range, runs: ids }] of batches) {
      const names = batch.split(' ')[0]!.split(',') as SeriesName[];
      for (let from = 0; from < ids.length; from += runsPerCall)
        void this.#fetch(ids.slice(from, from + runsPerCall), names, smoothing, range, most);
    }
  }

  async #fetch(runs: string[], series: SeriesName[], smoothing: number, range: StepRange, most: number): Promise<void> {
    const steps = range
      ? { fromStep: Math.max(0, Math.floor(range[0])), toStep: Math.max(0, Math.ceil(range[1])) }
      : {};
    const wanted = new Map(
      runs.flatMap((run) => series.map((name) => [`${run} ${name}`, this.#asked.get(`${run} ${name}`) ?? ''])),
    );
    try {
      const curves = await this.#api.call('run.curves', { runs, series, smoothing, points: most, ...steps });
      for (const { run, series: name, steps: xs, values: ys, stored } of curves) {
        const place = `${run} ${name}`;
        // A later wish may have been answered first.
        if (this.#asked.get(place) !== wanted.get(place)) continue;
        const points = { xs: xs as Points['xs'], ys: ys as Points['ys'], length: xs.length };
        this.#entries.set(place, { key: wanted.get(place)!, drawn: { points, stored } });
      }
    } catch (thrown) {
      for (const [place, key] of wanted) if (this.#asked.get(place) === key) this.#asked.delete(place);
      this.#notices.failed(thrown);
    }
  }

  /** The curve of a run by its steps, smoothed; what was there before, until the new one has come. */
  drawn(run: Run, series: SeriesName, smoothing: number, range: StepRange): Drawn {
    if (isOver(run)) return this.#entries.get(`${run.id} ${series}`)?.drawn ?? nothing;
    const points = this.#smoothed(run.id, series, smoothing);
    if (!range) return { points, stored: points.length };
    const inside = cutPoints(points, range);
    return { points: inside, stored: inside.length };
  }

  #smoothed(run: string, series: SeriesName, weight: number): Points {
    const raw = this.#curves.points(run, series);
    if (weight === 0) return { xs: raw.xs, ys: raw.ys, length: raw.length };
    const key = `${run} ${series}`;
    const known = this.#live.get(key);
    const last = raw.length > 0 ? (raw.xs[raw.length - 1] as number) : 0;
    if (known && known.length === raw.length && known.weight === weight && known.last === last) return known.points;
    const points = { xs: raw.xs, ys: smooth(raw.ys.slice(0, raw.length), weight), length: raw.length };
    this.#live.set(key, { length: raw.length, weight, last, points });
    return points;
  }

  /** Finds all seeds of the compared runs. To be called in an effect. */
  async gather(runs: readonly Run[], series: SeriesName, rule: SummaryChoice): Promise<void> {
    const all = this.#runs.list;
    // A run anywhere that begins or ends may be another seed.
    const key = JSON.stringify([runs.map(({ id }) => id), series, rule, all.length, all.filter(isOver).length]);
    if (key === this.#seedsKey) return;
    this.#seedsKey = key;
    try {
      const found = await this.#api.call('history.seeds', { runs: runs.map(({ id }) => id), series, rule });
      if (this.#seedsKey === key) this.#seeds = found;
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  /** Fetches the bands of groups of seeds. To be called in an effect; `moment` changes with every epoch of a member. */
  async fetchBands(wish: Omit<CallInput<'history.bands'>, 'points'>, moment: string): Promise<void> {
    const key = JSON.stringify([wish, moment]);
    if (key === this.#bandsKey || wish.groups.length === 0) return;
    this.#bandsKey = key;
    try {
      const bands = await this.#api.call('history.bands', { ...wish, points: drawnPoints });
      if (this.#bandsKey === key)
        this.#bands = new Map(bands.map((band) => [`${band.group} ${band.series}`, bandOf(band)]));
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  band(group: number, series: SeriesName): DrawnBand {
    return this.#bands.get(`${group} ${series}`) ?? { ...nothing, margin: new Float64Array(0) };
  }
}

const bandOf = ({ steps, mean, margin, stored }: Band): DrawnBand => ({
  points: { xs: steps as Points['xs'], ys: mean as Points['ys'], length: steps.length },
  margin,
  stored,
});

/** The points within a range of x; shares memory. */
export function cutPoints({ xs, ys, length }: Points, [from, to]: readonly [number, number]): Points {
  let first = 0;
  while (first < length && (xs[first] as number) < from) first++;
  let end = length;
  while (end > first && (xs[end - 1] as number) > to) end--;
  return { xs: xs.subarray(first, end), ys: ys.subarray(first, end), length: end - first };
}
