/** A step that diverged, run again from the checkpoint before it: where its first value arose that is no number. */
import { say } from '../language.ts';
import { array, integer, minValue, nullable, number, object, optional, picklist, pipe, string } from '../schema.ts';
import type { InferOutput } from '../schema.ts';

const count = pipe(number(), integer(), minValue(0));

/**
 * Places in the order in which a step computes them. `weights`: a variable before the step. `output`: of a layer.
 * `gradient`: of the loss for a layer's input. `weightGradient`: for a variable. `update`: a variable behind the step.
 */
export const replayPlaces = ['weights', 'output', 'gradient', 'weightGradient', 'update'] as const;

export const replaySiteSchema = object({
  what: picklist(replayPlaces),
  /** Of the layer or variable. */
  name: string(),
  values: count,
  /** Values that are infinite or NaN. */
  nonFinite: count,
  /** The largest magnitude; null where that is no number. */
  largest: nullable(number()),
});

export const replaySchema = object({
  run: string(),
  /** Whose loss was no longer a number. */
  step: count,
  /** The step that was looked into: what one leaves behind may show in the loss of a later one. */
  watched: count,
  /** Of the checkpoint it went from; 0: from the beginning of the run. */
  from: count,
  learningRate: number(),
  /** Every place of the step; of its parts, the first with a value that is no number. */
  sites: array(replaySiteSchema),
});

export type Replay = InferOutput<typeof replaySchema>;
export type ReplaySite = InferOutput<typeof replaySiteSchema>;

/** What is kept of a step that diverged, beside what was drawn for it (core/training/recover.ts). */
export const keptBatchSchema = object({
  step: count,
  /** As they were at the step; files of before had neither. */
  skipped: optional(array(count), []),
  rateFactor: optional(number(), 1),
});
export type KeptBatch = InferOutput<typeof keptBatchSchema>;

/** Name of the file that keeps the batch of a step. */
export const keptBatchName = (step: number): string => `diverged-step-${String(step).padStart(9, '0')}.json`;

/** The step of a file that keeps a batch; null for any other file. */
export function stepOfKeptBatch(name: string): number | null {
  const found = /^diverged-step-(\d{9,})\.json$/.exec(name);
  return found ? Number(found[1]) : null;
}

/** The first place with a value that is no number; null where all are numbers. */
export const firstNonFinite = ({ sites }: Replay): ReplaySite | null =>
  sites.find(({ nonFinite }) => nonFinite > 0) ?? null;

const placeInWords: Record<ReplaySite['what'], (name: string) => string> = {
  weights: (name) => say('{name} before the step', { name }),
  output: (name) => say('the output of {name}', { name }),
  gradient: (name) => say('the gradient at the input of {name}', { name }),
  weightGradient: (name) => say('the gradient of {name}', { name }),
  update: (name) => say('{name} behind the update', { name }),
};

export const siteInWords = ({ what, name }: Pick<ReplaySite, 'what' | 'name'>): string => placeInWords[what](name);

/** One sentence on what a replay found. */
export function replayInWords(replay: Replay): string {
  const first = firstNonFinite(replay);
  const from = replay.from === 0 ? say('the beginning') : say('the checkpoint of step {step}', { step: replay.from });
  if (!first)
    return say('Run again from {from}, every value of step {step} is a number: this time it went well.', {
      from,
      step: replay.step,
    });
  return say(
    'Run again from {from}, the first value that is no number arises at step {step} in {place} ({count} of {total} values).',
    {
      from,
      step: replay.watched,
      place: siteInWords(first),
      count: first.nonFinite.toLocaleString('en-US'),
      total: first.values.toLocaleString('en-US'),
    },
  );
}
