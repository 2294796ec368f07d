/**
 * `npm run test:kill -- KILLS [SEED]`: many kills, in two data folders at a time. Status 1 where one of them lost something,
 * or where core took long to be usable again.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../src-main/setup/engine.mjs';
import { killTrials } from './trials.ts';

const [kills = 200, seed = 1] = process.argv.slice(2).map(Number);
const lanes = 2;
/** Longest time in milliseconds from the start of core behind a kill to its first answer. */
const usableMs = 3000;
const startedMs = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'residua-kill-'));

async function lane(number: number) {
  const cache = join(folder, `cache${number}`);
  mkdirSync(cache);
  symlinkSync(join(cacheFolder(), 'engine'), join(cache, 'engine'));
  const place = { home: join(folder, `home${number}`), cache };
  const share = Math.floor(kills / lanes) + (number < kills % lanes ? 1 : 0);
  return killTrials(place, share, seed * lanes + number, (line) => console.error(`${number + 1}: ${line}`));
}

const outcomes = await Promise.allSettled(Array.from({ length: lanes }, (_, number) => lane(number)));
const seconds = Math.round((performance.now() - startedMs) / 1000);
for (const outcome of outcomes) if (outcome.status === 'rejected') console.error(outcome.reason);
const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
const sum = (of: (one: (typeof done)[number]) => number) => done.reduce((total, one) => total + of(one), 0);
const slowestStartMs = Math.max(...done.map((one) => one.slowestStartMs));
process.stdout.write(
  `${sum(({ kills: all }) => all)} kills (${sum(({ ofCore }) => ofCore)} of core, ${sum(({ whileSaving }) => whileSaving)} while a checkpoint was written), ` +
    `slowest start of core ${slowestStartMs} ms (at most ${usableMs}), ${seconds} s.\n`,
);
rmSync(folder, { recursive: true, force: true });
process.exit(done.length === lanes && slowestStartMs <= usableMs ? 0 : 1);
