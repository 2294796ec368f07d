/**
 * `npm run test:steps -- [STEPS]`: one long run of a tiny network through core, trainer and store, 100,000 steps unless
 * said otherwise. Memory of both processes must stay flat, database and checkpoints within what the policy keeps.
 * Status 1 where one of them does not.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCore } from '../../src-main/core/service/core.ts';
import { cacheFolder } from '../../src-main/setup/engine.mjs';
import type { Run } from '../../src-main/shared/contract.ts';
import { Client, portPair } from '../../src-main/shared/port.ts';
import { smallSpec } from '../core/network/specs.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Growth of memory in use that is allowed from a tenth of the way on. */
const mostGrowthBytes = 30e6;
/** Two newest and the best. */
const mostCheckpoints = 3;
/** Of the database for each stored step, all series and levels together. */
const mostBytesOfStep = 200;
/** Small changes of the database are not the steps': tables, the log. */
const databaseRoomBytes = 70e6;

const [steps = 100_000] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'residua-steps-'));
const cache = join(folder, 'cache');
mkdirSync(cache);
symlinkSync(join(cacheFolder(), 'engine'), join(cache, 'engine'));
const home = join(folder, 'home');

const core = createCore({ home, version: 'test', commit: 'test', cache, checkpointEveryMs: 2000 });
const [near, far] = portPair();
core.connect(far);
const client = new Client(near);
let state: Run | null = null;
let heard = () => {};
await client.watch((changes) => {
  for (const change of changes) if (change.kind === 'run') state = change.run;
  heard();
});

const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
/**
 * Resident memory of this process without what V8 keeps in reserve: that grows in two leaps, by some 50 MB together, when
 * the collector makes more room for young objects, and then no more.
 */
function inUse(): number {
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return rss - (heapTotal - heapUsed);
}
const trainerOf = (): number =>
  Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')[0]);

interface Sample {
  readonly step: number;
  readonly core: number;
  readonly trainer: number;
}
const samples: Sample[] = [];
const startedMs = performance.now();
await client.call('run.start', {
  network: { ...smallSpec, name: 'tiny', input: null, classes: null, stages: [{ blocks: 1, width: 8, stride: 1 }] },
  data: 'digits',
  recipe: {
    duration: { steps },
    batch: 8,
    evaluateEvery: 20,
    augmentation: { crop: 1, cropFill: 'zero', flip: false, cutout: 0 },
  },
  device: 'cpu',
  seeds: 1,
});
for (;;) {
  await new Promise<void>((resolve) => (heard = resolve));
  const now = state as Run | null;
  if (now?.endedAtMs != null) break;
  if (!now || now.step < ((samples.length + 1) * steps) / 20) continue;
  collect();
  samples.push({ step: now.step, core: inUse(), trainer: residentOf(trainerOf()) });
  const { step, core: ours, trainer } = samples.at(-1) as Sample;
  process.stdout.write(`step ${step}: core ${Math.round(ours / 1e6)} MB, trainer ${Math.round(trainer / 1e6)} MB\n`);
}
const end = state as unknown as Run;
const { checkpoints } = await client.call('run.show', { run: end.id });
const files = readdirSync(join(home, 'runs', end.id)).filter((name) => name.endsWith('.safetensors'));
await core.close();
const databaseBytes = statSync(join(home, 'residua.sqlite')).size;
rmSync(folder, { recursive: true, force: true });

const settled = samples.slice(Math.ceil(samples.length / 10));
const growth = (of: (sample: Sample) => number) => Math.max(...settled.map(of)) - of(settled[0] as Sample);
const [ofCore, ofTrainer] = [growth((sample) => sample.core), growth((sample) => sample.trainer)];
const seconds = (performance.now() - startedMs) / 1000;
process.stdout.write(
  `${end.status} after ${end.step} steps in ${Math.round(seconds)} s. Memory in use grew by ${(ofCore / 1e6).toFixed(1)} MB in core ` +
    `and ${(ofTrainer / 1e6).toFixed(1)} MB in the trainer; the database has ${(databaseBytes / 1e6).toFixed(1)} MB, ${files.length} checkpoints lie there.\n`,
);
const holds =
  end.status === 'finished' &&
  Math.max(ofCore, ofTrainer) <= mostGrowthBytes &&
  files.length === checkpoints.length &&
  files.length <= mostCheckpoints &&
  databaseBytes <= databaseRoomBytes + mostBytesOfStep * steps;
process.exit(holds ? 0 : 1);
