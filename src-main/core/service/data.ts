/** Calls about datasets. */
import { findDataset, listDatasets, openDataset, removedDatasets } from '../dataset/library.ts';
import { expected, plainly } from '../../shared/failure.ts';
import type { Handlers } from './answer.ts';
import type { Log } from './log.ts';
import { tell } from '../../shared/told.ts';

export function dataHandlers(home: string, log: Log): Pick<Handlers, 'data.list' | 'data.show' | 'data.images'> {
  return {
    'data.list': ({ removed }) =>
      removed
        ? removedDatasets(home)
        : listDatasets(home, (id, failure) =>
            log.write(`dataset ${id} is damaged: ${JSON.stringify(failure, plainly)}`),
          ),
    'data.show': ({ data }) => findDataset(home, data),
    'data.images': ({ data, split, from, count }) => {
      const open = openDataset(home, findDataset(home, data).id);
      const known = open.dataset.splits.find(({ name }) => name === split);
      if (!known)
        throw expected('call.invalid', {
          call: 'data.images',
          problem: tell('{data} has no split "{split}"', { data, split }),
        });
      const first = Math.min(from, known.images);
      const read = Math.min(count, known.images - first);
      const pixels = open.readRange(split, first, read);
      const labels = open.labels(split).slice(first, first + read);
      open.close();
      return { pixels: new Uint8Array(pixels), labels };
    },
  };
}
