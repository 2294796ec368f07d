/** What was watched inside a run's network: its blocks, its evaluations, every image; and their calls. */
import {
  array,
  boolean,
  instance,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  string,
  union,
} from '../schema.ts';
import { differenceKinds } from '../run/answers.ts';
import { probeKinds, probeSchema } from '../run/probe.ts';
import { replaySchema } from '../run/replay.ts';
import { sourceSchema } from '../import.ts';
import { call, count, failureSchema, id, nothing } from './parts.ts';

const split = pipe(string(), minLength(1), maxLength(64));

/** Looks into the blocks, see shared/run/looks.ts: matrices of steps × blocks, row by row. */
export const looksSchema = object({
  blocks: count,
  steps: instance(Float64Array),
  counted: instance(Int32Array),
  gradientNorm: instance(Float32Array),
  ratio: instance(Float32Array),
  computed: instance(Int32Array),
});

/** Evaluations of one split, one behind the other. */
export const evaluationsSchema = object({
  run: id,
  split: string(),
  /** Names of the classes; numbers where the dataset is unknown. */
  classes: array(string()),
  images: count,
  /** float64, rising. */
  steps: instance(Float64Array),
  epochs: instance(Float64Array),
  /** NaN where it was not finite. */
  loss: instance(Float64Array),
  accuracy: instance(Float64Array),
  /** NaN with no more than five classes. */
  topFive: instance(Float64Array),
  /** float32 [evaluations · classes]: share of each class's images that were recognised; NaN for a class without images. */
  byClass: instance(Float32Array),
  /** uint8: 1 where every image's result is kept (`run.images`). */
  hasImages: instance(Uint8Array),
});

/** Which evaluation: of a step, the one with the best accuracy (the earliest of equals), or the last. */
export const evaluationChoice = union([picklist(['best', 'last']), count]);

export const imagesSchema = object({
  run: id,
  split: string(),
  step: count,
  epoch: number(),
  /** Of the whole split. */
  images: count,
  predicted: instance(Int32Array),
  confidence: instance(Float32Array),
  loss: instance(Float32Array),
});

/** Images picked out, with their true classes. */
const picked = {
  /** Indices into the split. */
  indices: instance(Int32Array),
  labels: instance(Int32Array),
};

export const watchingCalls = {
  /**
   * Looks after a step (for a chart that grows, the last one that it has), at most `rows` of them: neighbours are joined by
   * their mean, counts by their sum. `names` are those of the network's steps, `survival` each block's P_l.
   */
  'run.blocks': call(
    object({ run: id, afterStep: optional(count), rows: optional(pipe(count, minValue(1), maxValue(100_000))) }),
    object({
      run: id,
      names: array(string()),
      survival: instance(Float64Array),
      looks: looksSchema,
      /** Looks in the range; more than `looks` has rows where they were joined. */
      stored: count,
    }),
  ),
  /** Evaluations after a step. */
  'run.evaluations': call(object({ run: id, split: optional(split), afterStep: optional(count) }), evaluationsSchema),
  /** Fails with `evaluation.none`. */
  'run.confusion': call(
    object({ run: id, split: optional(split), at: optional(evaluationChoice) }),
    object({
      run: id,
      split: string(),
      step: count,
      epoch: number(),
      classes: array(string()),
      /** int32 [classes · classes]; row: true class, column: predicted class. */
      counts: instance(Int32Array),
    }),
  ),
  /** Results of a range of a split's images. Fails with `evaluation.none`. */
  'run.images': call(
    object({
      run: id,
      split: optional(split),
      at: optional(evaluationChoice),
      from: count,
      count: pipe(count, maxValue(1_000_000)),
    }),
    imagesSchema,
  ),
  /**
   * The images that were judged wrongly with the largest loss first; of one true class, one predicted class, or any.
   * Fails with `evaluation.none`, and where the dataset is gone with `data.unknown`.
   */
  'run.mistakes': call(
    object({
      run: id,
      split: optional(split),
      at: optional(evaluationChoice),
      label: optional(count),
      predicted: optional(count),
      count: pipe(count, maxValue(10_000)),
    }),
    object({
      run: id,
      split: string(),
      step: count,
      epoch: number(),
      images: count,
      /** Mistakes that fit what was asked; more than `indices` where only the worst were asked for. */
      mistakes: count,
      ...picked,
      predicted: instance(Int32Array),
      confidence: instance(Float32Array),
      loss: instance(Float32Array),
    }),
  ),
  /**
   * Two runs of one dataset, image by image: how many images both, only one, or none judged rightly, and those of one kind
   * by the difference of their losses, the largest first; where a class is named, of its images those that one run alone
   * took for `predicted`. Fails with `evaluation.none`, `evaluation.different`.
   */
  'run.differences': call(
    object({
      runs: pipe(array(id), minLength(2), maxLength(2)),
      split: optional(split),
      at: optional(evaluationChoice),
      /** `firstOnly`: the first run was right and the second wrong. `disagree`: they named different classes. */
      kind: picklist(differenceKinds),
      label: optional(count),
      predicted: optional(count),
      count: pipe(count, maxValue(10_000)),
    }),
    object({
      split: string(),
      steps: array(count),
      images: count,
      both: count,
      firstOnly: count,
      secondOnly: count,
      neither: count,
      /** Images of which they named different classes. */
      disagree: count,
      /** Images that fit what was asked; more than `indices` where only the first were asked for. */
      found: count,
      ...picked,
      /** One for each run. */
      results: array(
        object({
          run: id,
          predicted: instance(Int32Array),
          confidence: instance(Float32Array),
          loss: instance(Float32Array),
        }),
      ),
    }),
  ),
} as const;

export const probeCalls = {
  /**
   * What a run's network can do without some of its blocks (shared/run/probe.ts); computed once for each kind and
   * checkpoint, which may take minutes and holds the device meanwhile; how far it is comes as changes of kind `probe`, its
   * end as one of kind `probeEnd`. `images`: at most so many of the test split, 2,000 where left out. Fails with `probe.pointless`, `device.busy`,
   * `probe.stopped`, `checkpoint.none`.
   */
  'run.probe': call(
    object({
      run: id,
      kind: picklist(probeKinds),
      at: optional(evaluationChoice),
      images: optional(pipe(count, minValue(1), maxValue(1_000_000))),
    }),
    probeSchema,
  ),
  /** Those that were computed. */
  'run.probes': call(object({ run: id }), array(probeSchema)),
  /** Gives up one that is under way. */
  'run.stopProbe': call(object({ run: id, kind: picklist(probeKinds) }), nothing),
} as const;

export const replayCalls = {
  /** Steps that diverged and whose batch is kept, rising. */
  'run.keptBatches': call(object({ run: id }), array(count)),
  /**
   * Runs a step that diverged again, from the newest checkpoint before it, and looks for the first value that is no number;
   * the last such step where none is named. Holds the device meanwhile; how far it is comes as changes of kind `replay`.
   * Fails with `replay.none`, `replay.stopped`, `device.busy`, `run.alive`.
   */
  'run.replay': call(object({ run: id, step: optional(count) }), replaySchema),
  /** Gives up one that is under way. */
  'run.stopReplay': call(object({ run: id }), nothing),
} as const;

const top = array(object({ class: count, name: string(), confidence: number() }));

export const predictCalls = {
  /**
   * The likeliest classes (at most five) of images that a person brings, by the networks of some runs. Images are decoded,
   * resized and normalised as at import and in training. `at`: a checkpoint; the best where left out, or else the last.
   * Fails with `import.*` for a bad image; what a single run fails with is told beside the others.
   */
  'run.predict': call(
    object({
      runs: pipe(array(id), minLength(1), maxLength(16)),
      source: sourceSchema,
      at: optional(evaluationChoice),
    }),
    object({
      results: array(
        object({
          run: id,
          step: nullable(count),
          failure: nullable(failureSchema),
          images: array(object({ name: string(), top })),
        }),
      ),
    }),
  ),
} as const;

/** What is published of an evaluation. */
export const evaluatedSchema = object({
  split: string(),
  step: count,
  epoch: number(),
  images: count,
  loss: nullable(number()),
  accuracy: number(),
  topFive: nullable(number()),
  /** float32 [classes]. */
  byClass: instance(Float32Array),
  hasImages: boolean(),
});
