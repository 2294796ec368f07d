/** The validation split: which training images it gets, and the dataset that has it. */
import type { Dataset } from '../../shared/dataset.ts';
import { expected } from '../../shared/failure.ts';
import { deriveDataset } from '../dataset/derive.ts';
import { openDataset } from '../dataset/library.ts';
import { Draws } from './random.ts';

/**
 * Indices of a share of every class, rising: a pure function of labels, share and seed. A class with two images or more
 * gives and keeps at least one. @param share 0 to 0.5.
 */
export function drawValidation(labels: Int32Array, share: number, seed: number): Int32Array {
  const classes = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const list = classes.get(label);
    if (list) list.push(index);
    else classes.set(label, [index]);
  });
  const taken: number[] = [];
  for (const [label, list] of classes) {
    if (list.length < 2) continue;
    const draws = new Draws(seed, 'split', 0, label);
    const count = Math.min(list.length - 1, Math.max(1, Math.round(list.length * share)));
    for (let place = 0; place < count; place += 1) {
      const other = place + draws.below(list.length - place);
      const drawn = list[other] as number;
      list[other] = list[place] as number;
      taken.push(drawn);
    }
  }
  return Int32Array.from(taken).sort();
}

/** Puts a dataset with a validation split beside one without. Fails with `data.hasValidation`. */
export async function splitValidation(
  home: string,
  dataset: Dataset,
  { share, seed, name }: { readonly share: number; readonly seed: number; readonly name: string },
): Promise<Dataset> {
  const { splits } = dataset;
  if (splits.some((split) => split.name === 'validation') || !splits.some((split) => split.name === 'train'))
    throw expected('data.hasValidation', { name: dataset.name });
  const open = openDataset(home, dataset.id);
  const chosen = drawValidation(open.labels('train'), share, seed);
  open.close();
  const isChosen = new Set(chosen);
  const all = (images: number) => Int32Array.from({ length: images }, (_, index) => index);
  const derived = splits.flatMap((split) =>
    split.name === 'train'
      ? [
          { name: 'train', from: 'train', indices: all(split.images).filter((index) => !isChosen.has(index)) },
          { name: 'validation', from: 'train', indices: chosen },
        ]
      : [{ name: split.name, from: split.name, indices: all(split.images) }],
  );
  const note = `${dataset.note} ${Number((share * 100).toFixed(1))} % of every class of its training images are for validation (seed ${seed}).`;
  return deriveDataset(home, dataset.id, { name, note: note.trim(), splits: derived });
}
