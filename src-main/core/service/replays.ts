/** Replays: a step that diverged is run again by a trainer of its own, on the run's device. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallInput } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import { hasEnded } from '../../shared/run/event.ts';
import { keptBatchName, keptBatchSchema, stepOfKeptBatch } from '../../shared/run/replay.ts';
import type { Replay } from '../../shared/run/replay.ts';
import { parse } from '../../shared/schema.ts';
import type { Handlers } from './answer.ts';
import { borrow } from './borrow.ts';
import type { Context } from './context.ts';
import type { Inference } from './inference.ts';
import { tell } from '../../shared/told.ts';

/** Milliseconds between two words on how far a replay is. */
const tellMs = 250;

export class Replays {
  readonly #context: Context;
  readonly #running = new Map<string, { readonly result: Promise<Replay>; readonly inference: Inference }>();
  readonly #stopped = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  get handlers(): Pick<Handlers, 'run.keptBatches' | 'run.replay' | 'run.stopReplay'> {
    const { store } = this.#context;
    return {
      'run.keptBatches': ({ run }) => this.#kept(store().findRun(run).id),
      'run.replay': (asked) => this.#replay(asked),
      'run.stopReplay': async ({ run: text }) => {
        const run = store().findRun(text).id;
        const running = this.#running.get(run);
        if (running) this.#stopped.add(run);
        await running?.inference.close();
        return {};
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ inference }) => inference.close()));
  }

  #kept(run: string): number[] {
    try {
      return readdirSync(this.#context.store().folderOf(run))
        .flatMap((name) => stepOfKeptBatch(name) ?? [])
        .sort((a, b) => a - b);
    } catch {
      return [];
    }
  }

  async #replay({ run: text, step: asked }: CallInput<'run.replay'>): Promise<Replay> {
    const { options, engine, store } = this.#context;
    const { run, spec, recipe, checkpoints } = store().readRunDetail(store().findRun(text).id);
    const known = this.#running.get(run.id);
    if (known) return known.result;
    if (!hasEnded(run)) throw expected('run.alive', { run: run.id });
    const kept = this.#kept(run.id);
    const step = asked ?? kept.at(-1);
    if (step === undefined || !kept.includes(step))
      throw expected('replay.none', { run: run.id, known: kept.join(', ') });
    const folder = store().folderOf(run.id);
    const batch = parse(keptBatchSchema, JSON.parse(readFileSync(join(folder, keptBatchName(step)), 'utf8')));
    const device = await engine.choose(run.deviceAsked);
    const holder = tell('replay of {name} (run {run})', { name: run.name, run: run.id });
    const { inference, giveBack } = borrow(this.#context, device, holder);
    const training = {
      run: run.id,
      name: run.name,
      spec,
      recipe,
      data: run.data,
      home: options.home,
      folder,
      device: device.kind,
      engine: device.engine.folder,
      resumeFrom: checkpoints.findLast((checkpoint) => checkpoint.step < step)?.file ?? null,
      checkpointEveryMs: 0,
      pauseAt: null,
    };
    const result = inference
      .ask({ kind: 'replay', training, kept: batch }, this.#teller(run.id))
      .then((answer) => {
        if (answer.kind !== 'replayed') throw new Error('The trainer answered another question.');
        return answer.replay;
      })
      .catch((thrown: unknown) => {
        throw this.#stopped.has(run.id) ? expected('replay.stopped', { run: run.id }) : thrown;
      })
      .finally(async () => {
        await giveBack();
        this.#running.delete(run.id);
        this.#stopped.delete(run.id);
      });
    this.#running.set(run.id, { result, inference });
    return result;
  }

  #teller(run: string): (done: number, total: number) => void {
    let toldAt = 0;
    return (done, total) => {
      if (performance.now() - toldAt < tellMs) return;
      toldAt = performance.now();
      this.#context.publish([{ kind: 'replay', run, done, total }]);
    };
  }
}
