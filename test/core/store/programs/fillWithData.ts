/** Puts a dataset into a library and says how that ended. Argument: home. */
import { addDataset, listDatasets } from '../../../../src-main/core/dataset/library.ts';
import { failureOf } from '../../../../src-main/shared/failure.ts';

const [home] = process.argv.slice(2) as [string];
const megabyte = new Uint8Array(1024 * 1024);
try {
  addDataset(home, {
    name: 'Large',
    image: { height: 1024, width: 1024, channels: 1 },
    classes: ['one'],
    mirrors: true,
    note: '',
    splits: [
      {
        name: 'train',
        pixels: Array.from({ length: 12 }, (_, index) => megabyte.slice().fill(index)),
        labels: new Int32Array(12),
      },
    ],
  });
  process.stdout.write('added\n');
} catch (error) {
  process.stdout.write(`${JSON.stringify(failureOf(error))}\n`);
}
process.stdout.write(`${listDatasets(home).length}\n`);
