/**
 * Runs that are killed at random moments and resumed: whatever was acknowledged is still there, the database is whole,
 * and the resumed run ends bit by bit like the one that nobody disturbed.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { databaseFile } from '../../src-main/core/store/open.ts';
import type { Run, SeriesName } from '../../src-main/shared/contract.ts';
import type { Workplace } from '../core/service/fixtures/workplace.ts';
import { families } from './families.ts';
import type { Family } from './families.ts';
import { Office } from './office.ts';

/** Close together, so that many kills fall into the writing of a checkpoint. */
const checkpointEveryMs = 40;
/** Kills of one run before it may end. */
const killsOfRun = 3;
const compared: readonly SeriesName[] = [
  'step/loss',
  'step/accuracy',
  'step/gradientNorm',
  'train/loss',
  'train/accuracy',
  'test/loss',
  'test/accuracy',
  'epoch/meanDepth',
];

interface Course {
  readonly weights: string | null;
  readonly best: Run['best'];
  readonly curves: unknown;
}

export interface Outcome {
  readonly kills: number;
  readonly ofCore: number;
  readonly whileSaving: number;
  /** Longest time from the start of core behind a kill to its first answer. */
  readonly slowestStartMs: number;
}

async function courseOf(office: Office, run: string): Promise<Course> {
  const { weights } = await office.client.call('run.show', { run });
  const curves = await office.client.call('run.curves', { runs: [run], series: [...compared], points: 1_000_000 });
  const columns = curves.map(({ series, steps, values }) => [series, [...steps], [...values]]);
  return { weights, best: office.state(run).best, curves: columns };
}

const begin = async (office: Office, { spec, recipe }: Family): Promise<string> => {
  const [run] = await office.client.call('run.start', {
    network: spec,
    data: 'digits',
    recipe,
    device: 'cpu',
    seeds: 1,
  });
  return (run as Run).id;
};

/** Numbers from 0 to 1 (mulberry32), so that a seed repeats a session. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Everything that must hold right behind a kill. @param before losses that were acknowledged
 * @param rewindWasDue the run may have gone back to a checkpoint unheard: what lies behind its step is superseded then
 */
async function inspect(
  office: Office,
  place: Workplace,
  run: string,
  before: ReadonlyMap<number, number>,
  rewindWasDue: boolean,
) {
  const database = new Database(databaseFile(place.home), { readonly: true });
  assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
  database.close();
  const [curve] = await office.client.call('run.curves', { runs: [run], series: ['step/loss'], points: 1_000_000 });
  const stored = new Map(Array.from(curve!.steps, (step, at) => [step, curve!.values[at]]));
  const reached = rewindWasDue ? office.state(run).step : Infinity;
  for (const [step, loss] of before)
    if (step <= reached) assert.equal(stored.get(step), loss, `the loss of step ${step}`);
  const { checkpoints } = await office.client.call('run.show', { run });
  for (const { file, sha256 } of checkpoints)
    assert.equal(createHash('sha256').update(readFileSync(file)).digest('hex'), sha256, file);
}

/** Resolves when a checkpoint is begun, or after a while. */
function savingBegins(folder: string, atMostMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_event, name) => {
      if (name?.endsWith('.part')) done(true);
    });
    const timer = setTimeout(() => done(false), atMostMs);
    const done = (found: boolean) => {
      clearTimeout(timer);
      watcher.close();
      resolve(found);
    };
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const isOver = ({ endedAtMs }: Run) => endedAtMs !== null;

/**
 * Kills `kills` times, spread over runs of all families. @param seed repeats the session.
 * Throws with the seed and the number of the trial where something does not hold.
 */
export async function killTrials(
  place: Workplace,
  kills: number,
  seed: number,
  tell: (line: string) => void,
): Promise<Outcome> {
  const random = randomOf(seed);
  const office = new Office(place, checkpointEveryMs);
  await office.open();
  let slowestStartMs = 0;
  const courses: Course[] = [];
  /** Milliseconds from the start of the trainer to the end of the run. */
  const lengths: number[] = [];
  for (const family of families) {
    const run = await begin(office, family);
    await office.until(run, ({ status }) => status !== 'queued');
    const startedMs = performance.now();
    assert.equal((await office.until(run, isOver)).status, 'finished');
    lengths.push(performance.now() - startedMs);
    courses.push(await courseOf(office, run));
  }
  let [killed, ofCore, whileSaving] = [0, 0, 0];
  for (let turn = 0; killed < kills; turn += 1) {
    const which = turn % families.length;
    const family = families[which] as Family;
    office.acknowledged.clear();
    office.rewindIsDue = false;
    const run = await begin(office, family);
    const folder = join(place.home, 'runs', run);
    for (let ofRun = 0; ofRun < killsOfRun && killed < kills;) {
      await office.until(run, (now) => now.status === 'training' || isOver(now) || random() < 0.05);
      const intoSaving = random() < 0.5;
      if (intoSaving && office.state(run).status === 'training') {
        if (await savingBegins(folder, 1000)) whileSaving += 1;
        // From its first byte to its row.
        await pause(random() * 6);
      } else await pause((random() * (lengths[which] as number)) / 2);
      if (isOver(office.state(run))) break;
      const [before, rewindWasDue] = [new Map(office.acknowledged), office.rewindIsDue];
      const where = `kill ${killed + 1} of seed ${seed} (${family.spec.name}, step ${Math.max(0, ...before.keys())})`;
      try {
        if (random() < 0.5) {
          if (!office.killTrainer()) continue;
          await office.until(run, isOver);
        } else {
          ofCore += 1;
          await office.killCore();
          slowestStartMs = Math.max(slowestStartMs, await office.open());
        }
        [killed, ofRun] = [killed + 1, ofRun + 1];
        const { status } = office.state(run);
        if (status === 'finished') break;
        await inspect(office, place, run, before, rewindWasDue);
        assert.equal(status, 'interrupted');
        await office.resume(run);
      } catch (thrown) {
        throw new Error(`${where}: ${(thrown as Error).message}`, { cause: thrown });
      }
    }
    const end = await office.until(run, isOver);
    const where = `seed ${seed}, run ${turn + 1} (${family.spec.name})`;
    assert.equal(end.status, 'finished', `${where}: ${JSON.stringify(end.failure)}`);
    assert.deepEqual(await courseOf(office, run), courses[which], where);
    const { checkpoints } = await office.client.call('run.show', { run });
    const files = readdirSync(folder).filter((name) => /safetensors|\.part$|^graph-/.test(name));
    tell(`${killed} of ${kills} kills: ${family.spec.name} ended like the undisturbed run`);
    assert.ok(files.length >= checkpoints.length && checkpoints.length <= 3, `${where}: ${files.join(', ')}`);
  }
  await office.close();
  return { kills: killed, ofCore, whileSaving, slowestStartMs: Math.round(slowestStartMs) };
}
