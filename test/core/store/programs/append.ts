/** Appends points to a new run without an end; after each commit says how many there are. Arguments: home, seed. */
import { writeSync } from 'node:fs';
import { openStore } from '../../../../src-main/core/store/open.ts';
import { failureOf } from '../../../../src-main/shared/failure.ts';
import { exampleRun } from '../example.ts';

const [home, seed, most = 'Infinity'] = process.argv.slice(2) as [string, string, string?];
const store = openStore(home);
const { id } = store.addRun(exampleRun({ seed: Number(seed) }));
store.changeRun(id, { status: 'training' });
writeSync(1, `${id}\n`);

let step = 0;
let state = Number(seed);
try {
  while (step < Number(most)) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const count = 1 + ((state >>> 8) % 300);
    store.appendPoints(
      id,
      Array.from({ length: count }, (_, place) => ({
        series: 'step/loss',
        step: step + place,
        value: 1 / (1 + step + place),
      })),
    );
    step += count;
    writeSync(1, `${step}\n`);
  }
} catch (error) {
  writeSync(1, `${JSON.stringify(failureOf(error))}\n`);
}
store.close();
