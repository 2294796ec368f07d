/**
 * What evaluations found: a row for each with its confusion matrix, and every image's result for those of the best, the
 * last and the pinned checkpoints, in blocks of images, so that a range is read without the rest.
 */
import type { EvaluationEvent } from '../../shared/run/event.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';
import { packCounts, unpackCounts } from './packedLooks.ts';

/** Images in one blob. */
export const blockImages = 4096;

export interface StoredEvaluation {
  readonly step: number;
  readonly epoch: number;
  readonly images: number;
  readonly loss: number | null;
  readonly accuracy: number;
  readonly topFive: number | null;
  readonly classes: number;
  /** int32 [classes · classes], counts; row: true class, column: predicted class. */
  readonly confusion: Int32Array<ArrayBuffer>;
  /** Whether every image's result is there. */
  readonly hasImages: boolean;
}

/** Results of images from one index on. */
export interface ImageRange {
  readonly predicted: Int32Array<ArrayBuffer>;
  /** Probability of the predicted class, within 1/65,535. */
  readonly confidence: Float32Array<ArrayBuffer>;
  readonly loss: Float32Array<ArrayBuffer>;
}

const queries = {
  add: `INSERT OR REPLACE INTO evaluations (run, split, step, epoch, images, loss, accuracy, top_five, classes, confusion)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  addBlock: 'INSERT OR REPLACE INTO image_results (run, split, step, block, results) VALUES (?, ?, ?, ?, ?)',
  last: 'SELECT step FROM evaluations WHERE run = ? AND split = ? ORDER BY step DESC LIMIT 1',
  best: 'SELECT step FROM evaluations WHERE run = ? AND split = ? ORDER BY accuracy DESC, step LIMIT 1',
  kept: 'SELECT DISTINCT step FROM image_results WHERE run = ? AND split = ?',
  pinned: 'SELECT step FROM checkpoints WHERE run = ? AND pinned = 1',
  drop: 'DELETE FROM image_results WHERE run = ? AND split = ? AND step = ?',
  after: `SELECT step, epoch, images, loss, accuracy, top_five AS topFive, classes, confusion,
      EXISTS (SELECT 1 FROM image_results AS r WHERE r.run = e.run AND r.split = e.split AND r.step = e.step) AS hasImages
    FROM evaluations AS e WHERE run = ? AND split = ? AND step > ? ORDER BY step`,
  blocks: `SELECT block, results FROM image_results
    WHERE run = ? AND split = ? AND step = ? AND block BETWEEN ? AND ? ORDER BY block`,
} as const;

/** Stores an evaluation and drops the images of those that no longer are the best or the last. Inside a transaction. */
export function addEvaluation(handle: WriteHandle, run: number, evaluation: EvaluationEvent): void {
  const { split, step, epoch, score, confusion, predicted } = evaluation;
  const classes = Math.sqrt(confusion.length);
  const { loss, accuracy, topFive = null } = score;
  const counts = packCounts(confusion);
  handle.run(queries.add, run, split, step, epoch, predicted.length, loss, accuracy, topFive, classes, counts);
  for (let from = 0; from < predicted.length; from += blockImages)
    handle.run(queries.addBlock, run, split, step, from / blockImages, packImages(evaluation, from));
  dropImages(handle, run, split);
}

/** Images are kept with the best and the last evaluation, and with those of pinned checkpoints. */
function dropImages(handle: WriteHandle, run: number, split: string): void {
  const stepOf = (query: string, of: string) => handle.get<{ step: number }>(query, run, of)?.step;
  const last = stepOf(queries.last, split);
  // A validation split decides for the others, too.
  const best = stepOf(queries.best, 'validation') ?? stepOf(queries.best, split);
  const pinned = new Set(handle.all<{ step: number }>(queries.pinned, run).map(({ step }) => step));
  for (const { step } of handle.all<{ step: number }>(queries.kept, run, split))
    if (step !== last && step !== best && !pinned.has(step)) handle.run(queries.drop, run, split, step);
}

/** Evaluations of a split after a step, by step. */
export function readEvaluations(handle: ReadHandle, run: number, split: string, afterStep: number): StoredEvaluation[] {
  return handle
    .all<Omit<StoredEvaluation, 'confusion' | 'hasImages'> & { confusion: Uint8Array; hasImages: number }>(
      queries.after,
      run,
      split,
      afterStep,
    )
    .map((row) => ({
      ...row,
      confusion: unpackCounts(row.confusion, row.classes ** 2),
      hasImages: row.hasImages === 1,
    }));
}

/** Results of `count` images from `from` on; fewer where there are no more, none where they were not kept. */
export function readImages(
  handle: ReadHandle,
  run: number,
  split: string,
  step: number,
  { from, count }: { readonly from: number; readonly count: number },
): ImageRange {
  const first = Math.floor(from / blockImages);
  const rows = handle.all<{ block: number; results: Uint8Array }>(
    queries.blocks,
    run,
    split,
    step,
    first,
    Math.floor((from + Math.max(count, 1) - 1) / blockImages),
  );
  const blocks = rows.map(({ results }) => unpackImages(results));
  const begin = from - first * blockImages;
  const total = blocks.reduce((sum, { loss }) => sum + loss.length, 0);
  const length = Math.max(0, Math.min(count, total - begin));
  const range = {
    predicted: new Int32Array(length),
    confidence: new Float32Array(length),
    loss: new Float32Array(length),
  };
  blocks.forEach((block, index) => {
    const at = index * blockImages - begin;
    const cut = [Math.max(0, -at), Math.min(block.loss.length, length - at)] as const;
    for (const name of ['predicted', 'confidence', 'loss'] as const)
      range[name].set(block[name].subarray(...cut), Math.max(0, at));
  });
  return range;
}

/** Forgets what was found after a step, for a run that goes on from there. To be called inside a transaction. */
export function forgetEvaluationsAfter(handle: WriteHandle, run: number, step: number): void {
  handle.run('DELETE FROM image_results WHERE run = ? AND step > ?', run, step);
  handle.run('DELETE FROM evaluations WHERE run = ? AND step > ?', run, step);
}

/** Predicted classes (uint16), confidences (uint16, of 65,535) and losses (float32) of one block, behind each other. */
function packImages({ predicted, confidence, loss }: EvaluationEvent, from: number): Uint8Array {
  const to = Math.min(from + blockImages, predicted.length);
  const classes = Uint16Array.from(predicted.subarray(from, to));
  const shares = Uint16Array.from(confidence.subarray(from, to), (share) => Math.round(share * 65_535));
  const losses = loss.slice(from, to);
  return new Uint8Array(Buffer.concat([classes, shares, losses].map(({ buffer }) => Buffer.from(buffer))));
}

function unpackImages(blob: Uint8Array): ImageRange {
  const { buffer } = Uint8Array.from(blob);
  const count = blob.length / 8;
  return {
    predicted: Int32Array.from(new Uint16Array(buffer, 0, count)),
    confidence: Float32Array.from(new Uint16Array(buffer, 2 * count, count), (share) => share / 65_535),
    loss: new Float32Array(buffer, 4 * count, count),
  };
}
