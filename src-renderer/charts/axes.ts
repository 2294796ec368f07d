/** What runs are laid over each other by: a step of a run as a place on the x axis, and back. Pure. */
import { momentInWords, countInWords, durationInWords } from '../../src-main/shared/words.ts';
import type { Words } from '../../src-main/shared/language.ts';
import { indexAt } from './points.ts';
import type { Points } from './points.ts';

export const axes = [
  { value: 'epoch', title: 'Epoch', label: 'epoch' },
  { value: 'step', title: 'Step', label: 'step' },
  { value: 'images', title: 'Images seen', label: 'images' },
  { value: 'time', title: 'Relative time', label: 'time since the start' },
  { value: 'wall', title: 'Wall time', label: 'at' },
  { value: 'device', title: 'Device time', label: 'device time' },
  { value: 'macs', title: 'Multiply-adds', label: 'multiply-adds, forward, expected' },
] as const satisfies readonly { value: string; title: Words; label: Words }[];
export type Axis = (typeof axes)[number]['value'];

export const isAxis = (text: string | undefined): text is Axis => axes.some(({ value }) => value === text);

/** Whether the axis is read from a clock of the run. */
export const clockOf = (axis: Axis) =>
  axis === 'device'
    ? ('clock/trainingSeconds' as const)
    : axis === 'time' || axis === 'wall'
      ? ('clock/wallSeconds' as const)
      : null;

/** What an axis needs to know of a run. */
export interface Measures {
  readonly steps: number;
  readonly epochs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly step: number;
  /** Null until they are known. */
  readonly batch: number | null;
  /** Expected multiply-adds of one image, forward. */
  readonly macs: number | null;
}

/** A rising map between steps and places; straight where `points` is null. */
export interface AxisMap {
  readonly toX: (step: number) => number;
  readonly toStep: (x: number) => number;
}

const straight = (perStep: number, start = 0): AxisMap => ({
  toX: (step) => start + step * perStep,
  toStep: (x) => (perStep > 0 ? (x - start) / perStep : 0),
});

/** The line through points, straight on beyond them; begins at 0, 0. */
function along(from: ArrayLike<number>, to: ArrayLike<number>, length: number, value: number): number {
  const right = Math.min(
    length - 1,
    indexAt({ xs: from as Float64Array<ArrayBuffer>, ys: from as Float64Array<ArrayBuffer>, length }, value),
  );
  const [x1, y1] = [from[right] as number, to[right] as number];
  const [x0, y0] = right > 0 ? [from[right - 1] as number, to[right - 1] as number] : [0, 0];
  return x1 === x0 ? y1 : y0 + ((value - x0) / (x1 - x0)) * (y1 - y0);
}

function byClock({ xs, ys, length }: Points, start: number, scale: number): AxisMap {
  return {
    toX: (step) => start + scale * along(xs, ys, length, step),
    toStep: (x) => along(ys, xs, length, (x - start) / scale),
  };
}

/**
 * The map of one run. Runs without a clock of their own (older ones) are taken to have gone at an even pace.
 * Wall time is in milliseconds of the epoch, the other times in seconds.
 */
export function mapOf(axis: Axis, run: Measures, clock: Points): AxisMap {
  switch (axis) {
    case 'step':
      return straight(1);
    case 'epoch':
      return straight(run.steps > 0 ? run.epochs / run.steps : 1);
    case 'images':
      return straight(run.batch ?? 1);
    case 'macs':
      return straight((run.batch ?? 1) * (run.macs ?? 1));
    default: {
      const start = axis === 'wall' ? (run.startedAtMs ?? 0) : 0;
      const scale = axis === 'wall' ? 1000 : 1;
      if (clock.length > 0) return byClock(clock, start, scale);
      const seconds =
        run.startedAtMs === null || run.endedAtMs === null || run.step === 0
          ? 1
          : (run.endedAtMs - run.startedAtMs) / 1000 / run.step;
      return straight(seconds * scale, start);
    }
  }
}

/** Points along another axis; steps rise, so places do. */
export function placed({ xs, ys, length }: Points, { toX }: AxisMap): Points {
  const placedXs = new Float64Array(length);
  for (let index = 0; index < length; index++) placedXs[index] = toX(xs[index] as number);
  return { xs: placedXs, ys, length };
}

/** Words along the axis; null: plain numbers. */
export const tickOf = (axis: Axis): ((value: number) => string) | null =>
  axis === 'wall'
    ? momentInWords
    : axis === 'time' || axis === 'device'
      ? durationInWords
      : axis === 'macs' || axis === 'images'
        ? countInWords
        : null;
