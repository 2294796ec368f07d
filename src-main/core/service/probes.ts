/**
 * Probes of a trained network: what it can do without some of its blocks. Each is computed once by a trainer and kept.
 *
 * `removal`: every block left out, one at a time. `depth`: random blocks left out until so many are left (both Veit et al.
 * 2016, sections 4.2 and 4.3). `average`: the mean of so many of the sub-networks that stochastic depth trained together
 * (Huang et al. 2016, section 3.2).
 */
import type { CallInput, RunDetail } from '../../shared/contract.ts';
import { expected, failureOf } from '../../shared/failure.ts';
import type { Failure } from '../../shared/failure.ts';
import { blocksOf } from '../../shared/network/cost.ts';
import { expand } from '../../shared/network/expand.ts';
import type { BlockPlan } from '../../shared/network/plan.ts';
import type { Probe, ProbeKind } from '../../shared/run/probe.ts';
import { Draws } from '../batches/random.ts';
import { drawSurvival } from '../batches/survival.ts';
import { findDataset } from '../dataset/library.ts';
import type { Handlers } from './answer.ts';
import { borrow } from './borrow.ts';
import type { Context } from './context.ts';
import type { Inference } from './inference.ts';
import { chooseCheckpoint, modelOf } from './predict.ts';
import { usualSplit } from './watched.ts';
import { tell } from '../../shared/told.ts';

/** Images of the split that are looked at, evenly taken, unless more or fewer are asked for. */
const usualImages = 2000;
/** Depths of `depth`, draws at each, and sub-networks of `average`. */
const mostDepths = 9;
const drawsOfDepth = 3;
const subNetworks = 16;
/** Milliseconds between two words on how far a probe is. */
const tellMs = 250;

/** Variants of a network, each with its place on the axis. */
export interface Variants {
  readonly x: Float64Array<ArrayBuffer>;
  /** float32 [variants · blocks]: by how much each branch counts. */
  readonly shares: Float32Array<ArrayBuffer>;
}

/** What a probe asks of a network. @param seed draws the blocks and sub-networks. Fails with `probe.pointless`. */
export function variantsOf(kind: ProbeKind, blocks: readonly BlockPlan[], seed: number): Variants {
  if (blocks.some(({ shortcut }) => shortcut === null))
    throw expected('probe.pointless', { why: tell('its blocks have no shortcuts, so that none can be left out') });
  const whole = blocks.map(({ survival }) => survival);
  const rows: { x: number; shares: readonly number[] }[] = [];
  if (kind === 'removal')
    blocks.forEach((_, gone) =>
      rows.push({ x: gone + 1, shares: whole.map((share, at) => (at === gone ? 0 : share)) }),
    );
  if (kind === 'depth')
    for (const kept of depthsOf(blocks.length))
      for (let draw = 0; draw < (kept === blocks.length ? 1 : drawsOfDepth); draw++) {
        const left = drawBlocks(blocks.length, kept, new Draws(seed, 'probe', kept, draw));
        rows.push({ x: kept, shares: whole.map((share, at) => (left.has(at) ? share : 0)) });
      }
  if (kind === 'average') {
    if (whole.every((share) => share === 1))
      throw expected('probe.pointless', {
        why: tell('it was trained without stochastic depth and is no average of networks'),
      });
    for (let count = 1; count <= subNetworks; count++)
      rows.push({ x: count, shares: [...drawSurvival(whole, seed, count)] });
  }
  return {
    x: Float64Array.from(rows, ({ x }) => x),
    shares: Float32Array.from(rows.flatMap(({ shares }) => shares)),
  };
}

/** Numbers of blocks from none to all, evenly. */
function depthsOf(blocks: number): number[] {
  const count = Math.min(mostDepths, blocks + 1);
  const depths = Array.from({ length: count }, (_, at) => Math.round((at * blocks) / Math.max(1, count - 1)));
  return [...new Set(depths)];
}

/** So many of the blocks, each as likely as any. */
function drawBlocks(blocks: number, count: number, draws: Draws): Set<number> {
  const left = Array.from({ length: blocks }, (_, at) => at);
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(left.splice(draws.below(left.length), 1)[0] as number);
  return chosen;
}

/** Indices of so many images, evenly taken. */
const evenly = (images: number, count: number): Int32Array<ArrayBuffer> =>
  Int32Array.from({ length: Math.min(images, count) }, (_, at) => Math.floor((at * images) / Math.min(images, count)));

/** A probe under way. */
interface Running {
  readonly result: Promise<Probe>;
  readonly place: Place;
}

/** Where it is made; nowhere while its device is chosen. */
interface Place {
  inference: Inference | null;
}

interface Piece {
  readonly kind: ProbeKind;
  readonly indices: Int32Array<ArrayBuffer>;
  readonly variants: Variants;
}

export class Probes {
  readonly #context: Context;
  /** Those that are under way, by run and kind. */
  readonly #running = new Map<string, Running>();
  readonly #stopped = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  get handlers(): Pick<Handlers, 'run.probe' | 'run.probes' | 'run.stopProbe'> {
    const { store } = this.#context;
    return {
      'run.probe': (asked) => this.#probe(asked),
      'run.probes': ({ run }) => store().watched.probes(store().findRun(run).id),
      'run.stopProbe': async ({ run: text, kind }) => {
        const key = `${store().findRun(text).id} ${kind}`;
        const running = this.#running.get(key);
        if (running) this.#stopped.add(key);
        await running?.place.inference?.close();
        return {};
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ place }) => place.inference?.close()));
  }

  async #probe({ run: text, kind, at, images = usualImages }: CallInput<'run.probe'>): Promise<Probe> {
    const { options, publish, store } = this.#context;
    const detail = store().readRunDetail(store().findRun(text).id);
    const run = detail.run.id;
    const key = `${run} ${kind}`;
    const running = this.#running.get(key);
    if (running) return running.result;
    const checkpoint = chooseCheckpoint(detail, at);
    const dataset = findDataset(options.home, detail.run.data);
    const all = dataset.splits.find(({ name }) => name === usualSplit)?.images ?? 0;
    const indices = evenly(all, images);
    const known = store()
      .watched.probes(run)
      .find((each) => each.kind === kind && each.step === checkpoint.step && each.images === indices.length);
    if (known) return known;
    const blocks = blocksOf(expand(detail.spec));
    const variants = variantsOf(kind, blocks, detail.recipe.seed);
    const place: Place = { inference: null };
    const end = (failure: Failure | null) => {
      if (place.inference) publish([{ kind: 'probeEnd', run, probe: kind, failure }]);
    };
    const result = this.#onDevice(place, detail, checkpoint, { kind, indices, variants })
      .finally(() => {
        this.#running.delete(key);
        this.#stopped.delete(key);
      })
      // Whoever hears of the end may ask again at once.
      .then(
        (probe) => {
          end(null);
          return probe;
        },
        (thrown: unknown) => {
          end(failureOf(thrown));
          throw thrown;
        },
      );
    this.#running.set(key, { result, place });
    return result;
  }

  async #onDevice(
    place: Place,
    detail: RunDetail,
    checkpoint: ReturnType<typeof chooseCheckpoint>,
    piece: Piece,
  ): Promise<Probe> {
    const { id: run, name, deviceAsked } = detail.run;
    const device = await this.#context.engine.choose(deviceAsked);
    if (this.#stopped.has(`${run} ${piece.kind}`)) throw expected('probe.stopped', { run });
    const { inference, giveBack } = borrow(this.#context, device, tell('probe of {name} (run {run})', { name, run }));
    place.inference = inference;
    try {
      return await this.#perform(inference, detail, checkpoint, piece);
    } finally {
      await giveBack();
    }
  }

  async #perform(
    inference: Inference,
    detail: RunDetail,
    checkpoint: ReturnType<typeof chooseCheckpoint>,
    { kind, indices, variants }: Piece,
  ): Promise<Probe> {
    const { options, publish, store } = this.#context;
    const { id: run, data } = detail.run;
    const question = { model: modelOf(detail, checkpoint), home: options.home, data, split: usualSplit, indices };
    const blocks = blocksOf(expand(detail.spec));
    // The whole network goes along as the first variant.
    const whole = Float32Array.from(blocks, ({ survival }) => survival);
    let toldAt = 0;
    const tell = (done: number, total: number) => {
      if (performance.now() - toldAt < tellMs) return;
      toldAt = performance.now();
      publish([{ kind: 'probe', run, probe: kind, done, total }]);
    };
    publish([{ kind: 'probe', run, probe: kind, done: 0, total: variants.x.length * indices.length }]);
    try {
      const base = await inference.ask({ kind: 'probe', ...question, shares: whole, average: false });
      const found = await inference.ask(
        { kind: 'probe', ...question, shares: variants.shares, average: kind === 'average' },
        tell,
      );
      if (base.kind !== 'probed' || found.kind !== 'probed') throw new Error('The trainer answered another question.');
      const probe: Probe = {
        run,
        kind,
        step: checkpoint.step,
        split: usualSplit,
        images: indices.length,
        baseline: { accuracy: base.accuracy[0] ?? NaN, loss: Number.isFinite(base.loss[0]) ? base.loss[0]! : null },
        x: variants.x,
        accuracy: found.accuracy,
        loss: found.loss,
      };
      store().watched.addProbe(probe);
      return probe;
    } catch (thrown) {
      if (this.#stopped.has(`${run} ${kind}`)) throw expected('probe.stopped', { run });
      throw thrown;
    }
  }
}
