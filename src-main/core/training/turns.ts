/**
 * How long a training step of several networks takes, measured in turns: whatever else the machine does falls on all of
 * them alike. Of a network whose blocks may be left out, also what those blocks cost.
 */
import { drawSurvival } from '../batches/survival.ts';
import type { Binding } from '../graph/session.ts';
import { blockCost, blocksOf } from '../../shared/network/cost.ts';
import { median } from '../../shared/median.ts';
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

/** Standard error of a median, as a share of it; of normal numbers, their spread told by the median deviation. */
function relativeError(values: readonly number[]): number {
  const middle = median(values);
  const spread = 1.4826 * median(values.map((value) => Math.abs(value - middle)));
  return (1.2533 * spread) / Math.sqrt(values.length) / middle;
}

/**
 * Seconds of a step that does so much work. Steps differ in the blocks they leave out: the median of all slopes between
 * two of them (Theil 1950, Sen 1968) takes that away, the median of what is left is deaf to steps that were disturbed.
 */
export const secondsAtWork = (points: readonly StepPoint[], work: number): number => median(atWork(points, work));

function atWork(points: readonly StepPoint[], work: number): number[] {
  const slopes = points.flatMap((one, at) =>
    points
      .slice(at + 1)
      .flatMap((two) => (one.work === two.work ? [] : [(two.seconds - one.seconds) / (two.work - one.work)])),
  );
  const slope = slopes.length > 0 ? median(slopes) : 0;
  return points.map((point) => point.seconds - slope * (point.work - work));
}

/** A block that may be left out. */
interface Gated {
  readonly stage: string;
  readonly survival: number;
  readonly macs: number;
}

/** A stage that is left out to see what it costs. */
interface TimedStage {
  /** int32 [blocks]: every block but its own. */
  readonly rest: Int32Array;
  /** Share of its work that is left out in the mean. Its blocks cost alike but for the first: counted in multiply-adds. */
  readonly leftOut: number;
  readonly times: number[];
}

/** One network with the times of its steps so far. */
class Contender {
  readonly #step: TimedStep;
  readonly #seed: number;
  readonly #blocks: readonly Gated[];
  readonly #expectedWork: number;
  readonly #points: StepPoint[] = [];
  /** Of steps with every block. */
  readonly #whole: number[] = [];
  readonly #stages: readonly TimedStage[];
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
    this.#expectedWork = macsOf(this.#blocks, ({ survival }) => survival);
    const stages = byStage ? [...new Set(this.#blocks.map(({ stage }) => stage))] : [];
    this.#stages = stages.map((stage) => {
      const own = this.#blocks.filter((block) => block.stage === stage);
      return {
        rest: Int32Array.from(this.#blocks, (block) => (block.stage === stage ? 0 : 1)),
        leftOut: macsOf(own, ({ survival }) => 1 - survival) / macsOf(own, () => 1),
        times: [],
      };
    });
  }

  /** One step as in training; and where it was asked for, one with every block, and one without those of each stage. */
  round(): void {
    const blocks = this.#blocks;
    this.#draws += 1;
    const survivals = blocks.map(({ survival }) => survival);
    const kept = blocks.length === 0 ? null : drawSurvival(survivals, this.#seed, this.#draws);
    const seconds = this.#step.stepWith(kept);
    this.#points.push({ seconds, work: macsOf(blocks, (_, at) => kept?.[at] ?? 1) });
    if (this.#stages.length === 0) return;
    this.#whole.push(this.#step.stepWith(Int32Array.from(blocks, () => 1)));
    for (const { rest, times } of this.#stages) times.push(this.#step.stepWith(rest));
  }

  forget(): void {
    for (const times of [this.#points, this.#whole, ...this.#stages.map((stage) => stage.times)]) times.length = 0;
  }

  /** The largest relative error of what was timed. */
  error(): number {
    const byStage = this.#stages.length === 0 ? [] : [this.#whole, ...this.#stages.map(({ times }) => times)];
    return Math.max(...[atWork(this.#points, this.#expectedWork), ...byStage].map(relativeError));
  }

  result(): StepTime {
    return { seconds: secondsAtWork(this.#points, this.#expectedWork), skippedShare: this.#skippedShare() };
  }

  #skippedShare(): number | null {
    if (this.#stages.length === 0) return null;
    const whole = median(this.#whole);
    return this.#stages.reduce((sum, { times, leftOut }) => sum + ((whole - median(times)) / whole) * leftOut, 0);
  }

  close(): void {
    this.#step.close();
  }
}

/** Multiply-adds of blocks for an image. @param share of each that counts */
const macsOf = (blocks: readonly Gated[], share: (block: Gated, at: number) => number): number =>
  blocks.reduce((sum, block, at) => sum + block.macs * share(block, at), 0);

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
