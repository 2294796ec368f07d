/**
 * The curves of runs that are looked at. Points are fetched once and then follow what core publishes; readers are told
 * once a frame at most, however many points arrive.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { Change, SeriesName } from '../../src-main/shared/contract.ts';
import type { Api } from '../api.ts';
import { GrowingPoints, noPoints } from '../charts/points.ts';
import type { Points } from '../charts/points.ts';

/** What every run has; a screen that draws more says so with `include`. */
const usual: readonly SeriesName[] = [
  'step/loss',
  'step/accuracy',
  'step/learningRate',
  'step/imagesPerSecond',
  'step/gradientNorm',
  'train/loss',
  'train/accuracy',
  'test/loss',
  'test/accuracy',
  'train/topFive',
  'test/topFive',
  'validation/loss',
  'validation/accuracy',
  'epoch/meanDepth',
  'clock/trainingSeconds',
  'clock/wallSeconds',
];

const mostPoints = 200_000;
/** Curves that one call may ask for. */
const seriesPerCall = 16;

class RunCurves {
  readonly series = new Map<SeriesName, GrowingPoints>();
  readonly wanted = new Set<SeriesName>(usual);
  changed = false;

  of(name: SeriesName): GrowingPoints {
    let points = this.series.get(name);
    if (!points) this.series.set(name, (points = new GrowingPoints()));
    return points;
  }
}

export class Curves {
  readonly #api: Api;
  readonly #runs = new Map<string, RunCurves>();
  /** Grows with every frame in which points of a run came; reading it makes a reader follow. */
  readonly #versions = new SvelteMap<string, number>();
  readonly #states = new SvelteMap<string, 'there' | 'failed'>();
  #frame = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Points of a curve, always the same object. Whoever reads this in an effect is called again when points came. */
  points(run: string, name: SeriesName): Points {
    const curves = this.#curves(run);
    void this.#versions.get(run);
    return curves.series.get(name) ?? noPoints;
  }

  /** Has further curves of a run follow, too. To be called in an effect. */
  include(run: string, names: readonly SeriesName[]): void {
    const { wanted } = this.#curves(run);
    const further = names.filter((name) => !wanted.has(name));
    for (const name of further) wanted.add(name);
    if (further.length > 0) void this.#fetch(run, further);
  }

  state(run: string): 'fetching' | 'there' | 'failed' {
    return this.#states.get(run) ?? 'fetching';
  }

  /** Fetches anew what is looked at: after the connection was lost, points may be missing. */
  refresh(): void {
    for (const run of this.#runs.keys()) void this.#fetch(run);
  }

  /** Forgets runs that nobody looks at any more. */
  keep(runs: readonly string[]): void {
    for (const run of this.#runs.keys()) if (!runs.includes(run)) this.#runs.delete(run);
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind !== 'points' && change.kind !== 'rewind') continue;
      const curves = this.#runs.get(change.run);
      if (!curves) continue;
      if (change.kind === 'points') curves.of(change.series).append(change.steps, change.values);
      else for (const points of curves.series.values()) points.cutAfter(change.step);
      this.#tell(curves);
    }
  }

  #curves(run: string): RunCurves {
    const known = this.#runs.get(run);
    if (known) return known;
    const made = new RunCurves();
    this.#runs.set(run, made);
    void this.#fetch(run);
    return made;
  }

  async #fetch(run: string, names?: readonly SeriesName[]): Promise<void> {
    const curves = this.#runs.get(run);
    if (!curves) return;
    const wanted = names ?? [...curves.wanted];
    try {
      for (let from = 0; from < wanted.length; from += seriesPerCall) {
        const asked = wanted.slice(from, from + seriesPerCall);
        const fetched = await this.#api.call('run.curves', { runs: [run], series: asked, points: mostPoints });
        for (const { series, steps, values } of fetched) curves.of(series).merge(steps, values);
      }
      this.#states.set(run, 'there');
      this.#tell(curves);
    } catch {
      this.#states.set(run, 'failed');
    }
  }

  #tell(curves: RunCurves): void {
    curves.changed = true;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      for (const [run, each] of this.#runs) {
        if (!each.changed) continue;
        each.changed = false;
        this.#versions.set(run, (this.#versions.get(run) ?? 0) + 1);
      }
    });
  }
}
