/** Inputs made to do harm, through core and a real intake: each is refused with its sentence and leaves nothing. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Import } from '../../../src-main/shared/import.ts';
import { describeFailure, Expected } from '../../../src-main/shared/failure.ts';
import type { Failure } from '../../../src-main/shared/failure.ts';
import { archives, images } from '../../fixtures/hostile/archives.ts';
import type { Hostile } from '../../fixtures/hostile/hostile.ts';
import { pickles, places, tables } from '../../fixtures/hostile/tables.ts';
import { Desk, makeWorkplace } from '../service/fixtures/workplace.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const all: readonly Hostile[] = [...archives, ...images, ...pickles, ...tables, ...places];
/** Imports at a time; each is a process. */
const atOnce = 2;

const titleOf = (failure: Failure) => describeFailure(failure).title;

test(`${all.length} hostile inputs are refused, each with its sentence, and nothing is left of them`, async (context) => {
  assert.ok(all.length >= 60 && new Set(all.map(({ name }) => name)).size === all.length);
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const over = (id: string) =>
    desk.changes
      .flatMap((change) => (change.kind === 'import' && change.import.id === id ? [change.import] : []))
      .find(({ state }) => state === 'failed' || state === 'done');

  async function refusal({ make }: Hostile, folder: string): Promise<string> {
    try {
      const found = await desk.client.call('data.inspect', { source: { paths: [await make(folder)] } });
      await desk.client.call('data.add', { import: found.import, options: {} });
      await desk.until(() => over(found.import) !== undefined);
      const { failure } = over(found.import) as Import;
      return failure ? titleOf(failure as Failure) : 'accepted';
    } catch (thrown) {
      if (thrown instanceof Expected) return titleOf(thrown.failure);
      throw thrown;
    }
  }

  const said: Record<string, string> = {};
  const waiting = [...all];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const folder = temporaryFolder(context);
      said[next.name] = (await refusal(next, folder)).replace(folder, '{folder}');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  assert.deepEqual(
    Object.fromEntries(all.map(({ name }) => [name, said[name]])),
    Object.fromEntries(all.map(({ name, sentence }) => [name, sentence])),
  );
  const left = ['imports', 'blocks', 'datasets'].flatMap((name) =>
    existsSync(join(place.home, name)) ? readdirSync(join(place.home, name)) : [],
  );
  assert.deepEqual(left, []);
});
