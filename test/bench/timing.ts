/**
 * Time per step of several contenders in one process or one sitting, their steps taking turns.
 *
 * Machines drift (other programs, heat), so only times that were taken side by side are compared, by their medians.
 */

/** Something that can do one training step. */
export interface Contender {
  readonly name: string;
  /** Does one step. @returns its time in milliseconds. */
  readonly step: () => number | Promise<number>;
}

/** Times of one contender, in milliseconds. */
export interface Times {
  readonly name: string;
  readonly times: readonly number[];
}

export { median } from '../../src-main/shared/median.ts';

/** Mean; NaN for none. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The time in milliseconds that `body` takes. */
export function timed(body: () => void): number {
  const startedMs = performance.now();
  body();
  return performance.now() - startedMs;
}

/**
 * Lets every contender do `warmUp` steps that do not count, then `rounds` that do. In each round each contender does one
 * step; who begins moves on from round to round.
 * @param onRound hears how many rounds are done.
 */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
  warmUp: number,
  onRound: (done: number) => void = () => undefined,
): Promise<Times[]> {
  for (const { step } of contenders) for (let done = 0; done < warmUp; done += 1) await step();
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      const { name, step } = contenders[(place + round) % contenders.length] as Contender;
      times.get(name)?.push(await step());
    }
    onRound(round + 1);
  }
  return [...times].map(([name, list]) => ({ name, times: list }));
}
