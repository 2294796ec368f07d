/** What a study measures beside its runs: probes of trained networks, forms of a block, and steps in turns. One piece after the other. */
import type { Run } from '../../shared/contract.ts';
import { Expected } from '../../shared/failure.ts';
import { planCost } from '../../shared/network/cost.ts';
import { expand } from '../../shared/network/expand.ts';
import { hasEnded } from '../../shared/run/event.ts';
import type { ProbeKind } from '../../shared/run/probe.ts';
import { isRepeated, isTimedByStage, measuresOf } from '../../shared/study/plan.ts';
import { probedImages } from '../../shared/study/scale.ts';
import type { Measured, Store, StoredStudy } from '../store/open.ts';
import { borrow } from './borrow.ts';
import type { Context } from './context.ts';
import type { Inference, Question } from './inference.ts';
import type { Probes } from './probes.ts';
import { finishedBySeed, probesOf } from './studyResults.ts';
import { tell as sentence } from '../../shared/told.ts';

/** How often a device that is in use is looked at again. */
const pollMs = 500;

/** Whether nothing more comes of a run: one that was cut short by the end of its program goes on by itself. */
export const isThrough = (run: Run): boolean =>
  hasEnded(run) && run.status !== 'paused' && !(run.status === 'interrupted' && run.failure === null);

/** A probe that is still to be made. */
interface Due {
  readonly run: string;
  readonly kind: ProbeKind;
}

/** Probes that finished runs of a study still need: only of arms that a claim asks about, averages only of drawn depth. */
export function dueProbes(store: Store, study: StoredStudy, runs: readonly (readonly Run[])[]): Due[] {
  if (!measuresOf(study.plan).has('removalLoss')) return [];
  return study.plan.arms.flatMap(({ spec }, arm) => {
    const kinds: ProbeKind[] = spec.survival.kind === 'always' ? ['removal', 'depth'] : ['removal', 'average', 'depth'];
    return finishedBySeed(runs[arm] ?? []).flatMap((run) => {
      const known = probesOf(store, run);
      return kinds.filter((kind) => !known.has(kind)).map((kind) => ({ run: run.id, kind }));
    });
  });
}

/** Repetitions that are still to be measured: of forms, and of arms that are timed in turns. */
export const dueSeeds = ({ plan, seeds, measured }: StoredStudy): number[] => {
  if (!isRepeated(plan)) return [];
  const done = new Set(measured.map(({ seed }) => seed));
  return Array.from({ length: seeds }, (_, index) => index + 1).filter((seed) => !done.has(seed));
};

export class StudyMeasuring {
  readonly #context: Context;
  readonly #probes: Probes;
  #asked: { readonly study: string; readonly inference: Inference } | null = null;
  #isClosing = false;

  constructor(context: Context, probes: Probes) {
    this.#context = context;
    this.#probes = probes;
  }

  /** Makes one probe, as soon as the device is free. */
  async probe({ run, kind }: Due, isScaled: boolean): Promise<void> {
    const asked = { run, kind, at: 'last' as const, ...(isScaled ? { images: probedImages } : {}) };
    await this.#whenFree(async () => void (await this.#probes.handlers['run.probe'](asked)));
  }

  /** Measures some repetitions of the arms of a study of forms. @param tell hears how many are through */
  async forms(study: StoredStudy, seeds: readonly number[], tell: (done: number) => void): Promise<Measured[]> {
    const networks = study.plan.arms.map(({ spec, recipe }) => ({ spec, batch: recipe.batch }));
    const answer = await this.#ask(study, { kind: 'forms', networks, seeds: [...seeds] }, tell);
    if (answer.kind !== 'compared') throw new Error('The trainer answered another question.');
    return seeds.flatMap((seed, row) =>
      study.plan.arms.flatMap(({ spec }, arm): Measured[] => {
        const at = row * networks.length + arm;
        return [
          { arm, seed, measure: 'parameters', value: planCost(expand(spec)).parameters },
          { arm, seed, measure: 'outputDifference', value: answer.output[at] ?? NaN },
          { arm, seed, measure: 'gradientDifference', value: answer.gradient[at] ?? NaN },
          { arm, seed, measure: 'stepSeconds', value: answer.seconds[at] ?? NaN },
        ];
      }),
    );
  }

  /**
   * Times a step of all arms in turns. One process is a little faster than the next: every seed has its own, so that its
   * interval tells that, too. @param tell hears the share that is through
   */
  async turns(study: StoredStudy, seed: number, tell: (done: number) => void): Promise<Measured[]> {
    const { plan } = study;
    const networks = plan.arms.map((arm) => ({
      spec: arm.spec,
      batch: arm.recipe.batch,
      byStage: isTimedByStage(plan, arm),
    }));
    const hear = (done: number, total: number) => tell(done / total);
    const answer = await this.#ask(study, { kind: 'turns', networks, seed }, hear);
    if (answer.kind !== 'timed') throw new Error('The trainer answered another question.');
    return networks.flatMap(({ byStage }, arm): Measured[] => [
      { arm, seed, measure: 'stepSeconds', value: answer.seconds[arm] ?? NaN },
      ...(byStage ? [{ arm, seed, measure: 'skippedShare' as const, value: answer.skippedShare[arm] ?? NaN }] : []),
    ]);
  }

  /** Asks a trainer of its own, as soon as the device is free. */
  async #ask(study: StoredStudy, question: Question, tell: (done: number, total: number) => void) {
    const device = await this.#context.engine.choose(study.deviceAsked);
    const holder = sentence('study {name}', { name: study.name });
    // TF32 would take equal functions for different ones.
    const isExact = question.kind === 'forms';
    return this.#whenFree(async () => {
      const { inference, giveBack } = borrow(this.#context, device, holder, isExact);
      this.#asked = { study: study.id, inference };
      try {
        return await inference.ask(question, tell);
      } finally {
        await giveBack();
        this.#asked = null;
      }
    });
  }

  async #whenFree<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work();
      } catch (thrown) {
        const isBusy = thrown instanceof Expected && thrown.failure.code === 'device.busy';
        if (!isBusy || this.#isClosing) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    }
  }

  /** Ends what is measured of a study; it fails with `trainer.died`. */
  stop(study: string): void {
    if (this.#asked?.study === study) void this.#asked.inference.close();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#asked?.inference.close();
  }
}
