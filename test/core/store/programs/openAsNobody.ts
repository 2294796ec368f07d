/** Opens a data folder as a user who may not write there, and says how that failed. Arguments: home, `drop` to leave root. */
import { openDataset } from '../../../../src-main/core/dataset/library.ts';
import { openStore } from '../../../../src-main/core/store/open.ts';
import { failureOf } from '../../../../src-main/shared/failure.ts';

const [home, drop] = process.argv.slice(2) as [string, string?];
if (drop) {
  process.setgid!(65534);
  process.setuid!(65534);
}
for (const open of [() => openStore(home), () => openDataset(home, 'digits')]) {
  try {
    open();
    process.stdout.write('opened\n');
  } catch (error) {
    process.stdout.write(`${JSON.stringify(failureOf(error))}\n`);
  }
}
