/** Looks into the blocks of a run, one after the other: matrices of steps × blocks, row by row. Pure functions. */

export interface Looks {
  /** Residual blocks, from the input on: values in a row. */
  readonly blocks: number;
  /** The steps that looked, rising. */
  readonly steps: Float64Array<ArrayBuffer>;
  /** Steps since the look before, with this one. */
  readonly counted: Int32Array<ArrayBuffer>;
  /** Norm of the gradients of the block's variables; NaN where the step did not compute the block. */
  readonly gradientNorm: Float32Array<ArrayBuffer>;
  /** Norm of the branch's output by that of the shortcut's; NaN where one was not there. */
  readonly ratio: Float32Array<ArrayBuffer>;
  /** In how many of the counted steps the block was computed. */
  readonly computed: Int32Array<ArrayBuffer>;
}

/** `rows` empty rows. */
export const emptyLooks = (blocks: number, rows = 0): Looks => ({
  blocks,
  steps: new Float64Array(rows),
  counted: new Int32Array(rows),
  gradientNorm: new Float32Array(rows * blocks),
  ratio: new Float32Array(rows * blocks),
  computed: new Int32Array(rows * blocks),
});

/** Pieces of one run, in order, as one. */
export function joinLooks(pieces: readonly Looks[]): Looks {
  const [first] = pieces;
  if (!first || pieces.length === 1) return first ?? emptyLooks(0);
  const joined = emptyLooks(
    first.blocks,
    pieces.reduce((sum, { steps }) => sum + steps.length, 0),
  );
  let row = 0;
  for (const piece of pieces) {
    joined.steps.set(piece.steps, row);
    joined.counted.set(piece.counted, row);
    joined.gradientNorm.set(piece.gradientNorm, row * first.blocks);
    joined.ratio.set(piece.ratio, row * first.blocks);
    joined.computed.set(piece.computed, row * first.blocks);
    row += piece.steps.length;
  }
  return joined;
}

/** Rows from one index up to, but without, another; shares memory with its source. */
export function cutLooks(looks: Looks, from: number, to: number): Looks {
  const { blocks } = looks;
  return {
    blocks,
    steps: looks.steps.subarray(from, to),
    counted: looks.counted.subarray(from, to),
    gradientNorm: looks.gradientNorm.subarray(from * blocks, to * blocks),
    ratio: looks.ratio.subarray(from * blocks, to * blocks),
    computed: looks.computed.subarray(from * blocks, to * blocks),
  };
}

/**
 * At most `rows` rows: as many neighbours each become one, at the last step of theirs, with the mean of the numbers
 * (NaN passed over) and the sum of the counts. All rows where they fit.
 */
export function thinLooks(looks: Looks, rows: number): Looks {
  const stored = looks.steps.length;
  if (stored <= rows) return looks;
  const { blocks } = looks;
  const thinned = emptyLooks(blocks, rows);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [Math.floor((stored * row) / rows), Math.floor((stored * (row + 1)) / rows)];
    thinned.steps[row] = looks.steps[to - 1]!;
    for (let at = from; at < to; at++) thinned.counted[row]! += looks.counted[at]!;
    for (let block = 0; block < blocks; block++) {
      const cell = row * blocks + block;
      for (let at = from; at < to; at++) thinned.computed[cell]! += looks.computed[at * blocks + block]!;
      thinned.gradientNorm[cell] = meanOf(looks.gradientNorm, from, to, blocks, block);
      thinned.ratio[cell] = meanOf(looks.ratio, from, to, blocks, block);
    }
  }
  return thinned;
}

function meanOf(values: Float32Array, from: number, to: number, blocks: number, block: number): number {
  let [sum, count] = [0, 0];
  for (let at = from; at < to; at++) {
    const value = values[at * blocks + block]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}
