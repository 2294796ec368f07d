/**
 * `npm run fuzz [-- COUNT [FIRST]]`: COUNT mutations in all (1,000,000 where it is left out), the same number of each
 * format, with seeds from FIRST on. Ends with status 1 where one was neither read nor refused.
 */
import { availableParallelism } from 'node:os';
import { readMutations } from '../fixtures/mutation/herd.ts';
import { samples } from '../fixtures/mutation/samples.ts';

const [count = 1_000_000, first = 1_000_000] = process.argv.slice(2).map(Number);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(first) || first < 0) {
  console.error('Usage: npm run fuzz [-- COUNT [FIRST]]');
  process.exit(2);
}

const began = performance.now();
const each = Math.ceil(count / (await samples()).length);
const outcomes = await readMutations(each, first, availableParallelism(), (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done.toLocaleString('en-US')} mutations`);
});
if (process.stderr.isTTY) process.stderr.write('\n');

const say = (line: string) => process.stdout.write(`${line}\n`);
const number = (value: number) => value.toLocaleString('en-US').padStart(9);
for (const { format, refused, read, faults, residentBytes } of outcomes) {
  const memory = `${Math.ceil(residentBytes / 1e6)} MB`;
  say(
    `${format.padEnd(22)} ${number(refused)} refused ${number(read)} read ${number(faults.length)} faults  ${memory}`,
  );
  for (const fault of faults.slice(0, 20)) say(`  ${fault}`);
}
const faults = outcomes.reduce((sum, one) => sum + one.faults.length, 0);
const all = outcomes.reduce((sum, one) => sum + one.refused + one.read, 0) + faults;
const seconds = (performance.now() - began) / 1000;
say(`${all.toLocaleString('en-US')} mutations in ${Math.round(seconds)} s, ${faults} faults.`);
process.exitCode = faults > 0 ? 1 : 0;
