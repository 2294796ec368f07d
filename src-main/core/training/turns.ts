/**
 * How long a training step of several networks takes, measured in turns: whatever else the machine does falls on all of
 * them alike. Of a network whose blocks may be left out, also what those blocks cost.
 */
import { drawSurvival } from '../batches/survival.ts';
import type { Binding } from '../graph/session.ts';
import { blockCost, blocksOf } from '../../shared/network/cost.ts';
import type { Plan } from '../../shared/network/plan.ts';
import { turnRounds } from '../../shared/study/pace.ts';
import { TimedStep } from './timing.ts';

export interface Timed {
  readonly plan: Plan;
  /** Images of a step. */
  readonly batch: number;
  /** Whether steps without the blocks of each stage are timed, too; only of a network that leaves blocks out. */
  readonly byStage: boolean;
}

export interface StepTime {
  /** Of a step, in the mean over the blocks that are left out. */
  readonly seconds: number;
  /** Share of a step with every block that the blocks left out take, in the mean; null where it was not asked for. */
  readonly skippedShare: number | null;
}

/** One timed step: seconds, and the multiply-adds of its blocks for an image. */
export interface StepPoint {
  readonly seconds: number;
  readonly work: number;
}

export const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** Standard error of a median, as a share of it; of normal numbers, their spread told by the median deviation. */
function relativeError(values: readonly number[]): number {
  const middle = medianOf(values);
  const spread = 1.4826 * medianOf(values.map((value) => Math.abs(value - middle)));
  return (1.2533 * spread) / Math.sqrt(values.length) / middle;
}

/**
 * Seconds of a step that does so much work. Steps differ in the blocks they leave out: the median of all slopes between
 * two of them (Theil 1950, Sen 1968) takes that away, the median of what is left is deaf to steps that were disturbed.
 */
export const secondsAtWork = (points: readonly StepPoint[], work: number): number => medianOf(atWork(points, work));

function atWork(points: readonly StepPoint[], work: number): number[] {
  const slopes = points.flatMap((one, at) =>
    points
      .slice(at + 1)
      .flatMap((two) => (one.work === two.work ? [] : [(two.seconds - one.seconds) / (two.work - one.work)])),
  );
  const slope = slopes.length > 0 ? medianOf(slopes) : 0;
  return points.map((point) => point.seconds - slope * (point.work - work));
}

/** One network with the times of its steps so far. */
class Contender {
  readonly #step: TimedStep;
  readonly #seed: number;
  /** Of each block that may be left out. */
  readonly #blocks: readonly { readonly stage: string; readonly survival: number; readonly macs: number }[];
  readonly #stages: readonly string[];
  #points: StepPoint[] = [];
  #whole: number[] = [];
  #without = new Map<string, number[]>();
  #draws = 0;

  constructor(binding: Binding, { plan, batch, byStage }: Timed, seed: number, scratch: string) {
    this.#step = new TimedStep(binding, plan, batch, scratch);
    this.#seed = seed;
    const macs = new Map(blocksOf(plan).map((block) => [block.name, blockCost(block).macs]));
    this.#blocks = this.#step.session.program.train.gated.map(({ name, survival }) => ({
      stage: name.split('/')[0] as string,
      survival,
      macs: macs.get(name) ?? 0,
    }));
    this.#stages = byStage ? [...new Set(this.#blocks.map(({ stage }) => stage))] : [];
  }

  /** One step as in training; and where it was asked for, one with every block, and one without those of each stage. */
  round(): void {
    const blocks = this.#blocks;
    this.#draws += 1;
    const kept =
      blocks.length === 0
        ? null
        : drawSurvival(
            blocks.map(({ survival }) => survival),
            this.#seed,
            this.#draws,
          );
    const work = blocks.reduce((sum, { macs }, at) => sum + macs * (kept?.[at] ?? 1), 0);
    this.#points.push({ seconds: this.#step.stepWith(kept), work });
    if (this.#stages.length === 0) return;
    this.#whole.push(this.#step.stepWith(Int32Array.from(blocks, () => 1)));
    for (const stage of this.#stages) {
      const seconds = this.#step.stepWith(Int32Array.from(blocks, (block) => (block.stage === stage ? 0 : 1)));
      this.#without.set(stage, [...(this.#without.get(stage) ?? []), seconds]);
    }
  }

  forget(): void {
    this.#points = [];
    this.#whole = [];
    this.#without = new Map();
  }

  /** The largest relative error of what was timed. */
  error(): number {
    const timed = [atWork(this.#points, this.#expectedWork), this.#whole, ...this.#without.values()];
    return Math.max(...timed.filter(({ length }) => length > 0).map(relativeError));
  }

  result(): StepTime {
    return { seconds: secondsAtWork(this.#points, this.#expectedWork), skippedShare: this.#skippedShare() };
  }

  get #expectedWork(): number {
    return this.#blocks.reduce((sum, { macs, survival }) => sum + macs * survival, 0);
  }

  /** Blocks of a stage cost alike but for the first: what a stage costs is divided by multiply-adds. */
  #skippedShare(): number | null {
    if (this.#stages.length === 0) return null;
    const whole = medianOf(this.#whole);
    return this.#stages.reduce((sum, stage) => {
      const own = this.#blocks.filter((block) => block.stage === stage);
      const left = own.reduce((macs, block) => macs + (1 - block.survival) * block.macs, 0);
      const all = own.reduce((macs, block) => macs + block.macs, 0);
      return sum + ((whole - medianOf(this.#without.get(stage) ?? [])) / whole) * (left / all);
    }, 0);
  }

  close(): void {
    this.#step.close();
  }
}

/**
 * @param seed draws the blocks that are left out
 * @param scratch a writable folder, used for a moment while graphs are loaded
 * @param onProgress hears how many of all rounds are done
 */
export async function timeInTurns(
  binding: Binding,
  networks: readonly Timed[],
  seed: number,
  scratch: string,
  onProgress: (done: number, total: number) => void,
): Promise<StepTime[]> {
  const contenders = networks.map((network) => new Contender(binding, network, seed, scratch));
  const playRound = async (round: number) => {
    // Who comes first changes, so that nobody always follows the same one.
    for (let turn = 0; turn < contenders.length; turn += 1) contenders[(turn + round) % contenders.length]?.round();
    await new Promise(setImmediate);
  };
  // The first steps choose kernels and fill caches.
  for (let round = 0; round < turnRounds.warmUp; round += 1) await playRound(round);
  for (const contender of contenders) contender.forget();
  const beganMs = performance.now();
  for (let round = 1; ; round += 1) {
    await playRound(round);
    onProgress(Math.min(round, turnRounds.least), turnRounds.least);
    const { least, most, seconds, error } = turnRounds;
    const isLong = round >= least && performance.now() - beganMs >= 1000 * seconds;
    if (isLong && (round >= most || contenders.every((contender) => contender.error() <= error))) break;
  }
  const results = contenders.map((contender) => contender.result());
  for (const contender of contenders) contender.close();
  return results;
}
