/** Sweeps: their trials as runs of the queue, and successive halving of those that pause to be judged. */
import type { CallInput, Run, Sweep } from '../../shared/contract.ts';
import { stepsPerEpoch } from '../../shared/duration.ts';
import { hasEnded } from '../../shared/run/event.ts';
import type { Handlers } from './answer.ts';
import { noteRun } from './runNotes.ts';
import type { Context } from './context.ts';
import { fitSpec } from './network.ts';
import type { Queue } from './queue.ts';
import { completeRecipe, seedsOf } from './recipe.ts';
import { announce, completed, readyToTrain, storeRuns, warnOfMemory } from './start.ts';
import { trialsOf } from './trials.ts';
import type { Trial } from './trials.ts';
import { tell } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

type SweepCalls = Pick<Handlers, 'sweep.start' | 'sweep.list' | 'sweep.show' | 'sweep.stop'>;

/** Paused by its sweep's wish, and yet to be judged. */
const isJudgeable = (run: Run): boolean => run.status === 'paused' && run.pauseAt !== null && run.step >= run.pauseAt;

/** `learning rate 0.1, k 4` as the end of a run's name. */
const changesInWords = (changes: Trial['changes']): string =>
  Object.entries(changes)
    .map(([path, value]) => `${path.split('.').slice(1).join('.')} ${value}`)
    .join(', ');

export class Sweeps {
  readonly #context: Context;
  readonly #queue: () => Queue;

  /** `queue` is asked for when runs are added: it and the sweeps know of each other. */
  constructor(context: Context, queue: () => Queue) {
    this.#context = context;
    this.#queue = queue;
  }

  async start(asked: CallInput<'sweep.start'>): Promise<{ sweep: Sweep; runs: Run[] }> {
    const { store } = this.#context;
    const place = await readyToTrain(this.#context, asked);
    const base = completed(place, asked);
    const trials = trialsOf(asked.plan, base).map((trial) => ({
      ...trial,
      spec: fitSpec(trial.spec, place.dataset),
      recipe: completeRecipe(trial.recipe, { augmentation: trial.recipe.augmentation }, place.dataset),
    }));
    const { halving } = asked.plan;
    const images = place.dataset.splits.find(({ name }) => name === 'train')?.images ?? 0;
    const name = asked.name ?? `${base.spec.name} on ${place.dataset.name}`;
    const { sweep, runs } = store().transaction(() => {
      const id = store().addSweep({ name, plan: asked.plan, trials: trials.map(({ changes }) => changes) });
      const members = trials.flatMap(({ changes, spec, recipe }, index) =>
        seedsOf(recipe, asked.seeds).map((seed) => ({
          spec,
          recipe: { ...recipe, seed },
          family: base.family,
          name: `${name}, ${changesInWords(changes)}`.slice(0, 120),
          group: asked.seeds > 1 ? `${id}-${index + 1}` : null,
          sweep: id,
          trial: index + 1,
          pauseAt: halving ? halving.epochs * stepsPerEpoch(images, recipe.batch) : null,
        })),
      );
      return { sweep: id, runs: storeRuns(this.#context, place, members) };
    });
    warnOfMemory(this.#context, place, trials);
    announce(this.#context, this.#queue(), runs);
    return { sweep: this.show(sweep), runs };
  }

  show(id: string): Sweep {
    const { store } = this.#context;
    const { plan, trials, name, createdAtMs } = store().readSweep(id);
    const runs = store().sweepRuns(id);
    const judged = trials.map((changes, index) => {
      const own = runs.filter(({ trial }) => trial === index + 1);
      const scores = own.flatMap((run) => this.#accuracyOf(run) ?? []);
      const going = own.some((run) => !hasEnded(run) || isJudgeable(run));
      const isFinished = own.length > 0 && own.every(({ status }) => status === 'finished');
      return {
        trial: index + 1,
        changes,
        runs: own.map((run) => run.id),
        accuracy: scores.length > 0 ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null,
        epoch: Math.min(...own.map(({ epoch }) => epoch), own.length > 0 ? Infinity : 0),
        state: going ? ('going' as const) : isFinished ? ('finished' as const) : ('given up' as const),
      };
    });
    judged.sort(
      (a, b) =>
        Number(b.state === 'finished') - Number(a.state === 'finished') ||
        b.epoch - a.epoch ||
        (b.accuracy ?? -1) - (a.accuracy ?? -1),
    );
    const judgedOn = runs.some(({ best }) => best?.validation) ? ('validation' as const) : ('test' as const);
    const isOver = judged.every(({ state }) => state !== 'going');
    return { id, name, plan, createdAtMs, isOver, judgedOn, trials: judged };
  }

  /** At the last evaluation, on the split that decides; null before there is one. */
  #accuracyOf({ id, best, test }: Run): number | null {
    if (!best?.validation) return test?.accuracy ?? null;
    const [last] = this.#context.store().readSummaries([id], ['validation/accuracy'], { kind: 'last' });
    return last?.value ?? null;
  }

  list(): Sweep[] {
    return this.#context
      .store()
      .listSweeps()
      .map(({ id }) => this.show(id));
  }

  stop(id: string): Sweep {
    const { store } = this.#context;
    for (const run of store().sweepRuns(id).reverse()) {
      if (!hasEnded(run)) this.#queue().stop(run.id, false);
      else if (isJudgeable(run)) this.#giveUp(run, tell('The sweep was stopped.'));
    }
    return this.show(id);
  }

  /** Judges sweeps whose runs of one length have all come to their pause: to be called at the start and after every run. */
  review(run?: string): void {
    const { store } = this.#context;
    const own =
      run === undefined
        ? store()
            .listSweeps()
            .map(({ id }) => id)
        : [store().readRun(run).sweep];
    for (const id of own) if (id !== null) this.#judge(id);
  }

  #judge(id: string): void {
    const { store } = this.#context;
    const { halving } = store().readSweep(id).plan;
    const runs = store().sweepRuns(id);
    if (!halving || !runs.every(hasEnded)) return;
    const judgeable = runs.filter(isJudgeable);
    const rung = Math.min(...judgeable.map(({ epoch }) => Math.round(epoch)));
    const judged = this.show(id).trials.filter(({ runs: own }) =>
      own.some((each) => judgeable.some((r) => r.id === each)),
    );
    if (judged.length === 0) return;
    judged.sort((a, b) => (b.accuracy ?? -1) - (a.accuracy ?? -1));
    const kept = Math.max(1, Math.ceil(judged.length / halving.factor));
    for (const [rank, { runs: members }] of judged.entries())
      for (const member of members) {
        const run = store().readRun(member);
        if (!isJudgeable(run)) continue;
        if (rank >= kept)
          this.#giveUp(
            run,
            tell('Given up by its sweep: number {place} of {count} after {rung} epochs.', {
              place: rank + 1,
              count: judged.length,
              rung,
            }),
          );
        else this.#goOn(run, halving.factor);
      }
  }

  /** To the next pause, `factor` times as far; where that is beyond the end, to the end. */
  #goOn(run: Run, factor: number): void {
    const { publish, store } = this.#context;
    const next = run.step * factor;
    const queued = store().transaction(() => {
      store().ownRun(run.id);
      store().changeRun(run.id, { status: 'queued', endedAtMs: null, pauseAt: next >= run.steps ? null : next });
      store().moveRun(run.id, null);
      return store().readRun(run.id);
    });
    publish([{ kind: 'run', run: queued }]);
    this.#queue().add(queued);
  }

  #giveUp(run: Run, text: Told): void {
    const { publish, store } = this.#context;
    noteRun(this.#context, run.id, 'stopped', text);
    publish([{ kind: 'run', run: store().changeRun(run.id, { status: 'stopped', pauseAt: null }) }]);
  }
}

export const sweepHandlers = (sweeps: Sweeps): SweepCalls => ({
  'sweep.start': (asked) => sweeps.start(asked),
  'sweep.list': () => sweeps.list(),
  'sweep.show': ({ sweep }) => sweeps.show(sweep),
  'sweep.stop': ({ sweep }) => sweeps.stop(sweep),
});
