/** What a failing disk does to a run under way, at every place where core and its trainer write. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Change, Run } from '../../../src-main/shared/contract.ts';
import { Client, streamPort } from '../../../src-main/shared/port.ts';
import { FaultyDisk, noFaultyDisk } from '../../fixtures/faultyDisk/faultyDisk.ts';
import type { DiskFault } from '../../fixtures/faultyDisk/faultyDisk.ts';
import { inWords } from '../../../src-main/shared/failure.ts';
import { makeWorkplace } from './fixtures/workplace.ts';

const program = fileURLToPath(new URL('fixtures/core.ts', import.meta.url));

/** A core on a disk that can be made to fail, and everything that it publishes. */
class Office {
  readonly disk: FaultyDisk;
  readonly client: Client;
  readonly changes: Change[] = [];
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  /** @param behaviour of the scripted trainer; null: the real one */
  constructor(context: TestContext, behaviour: string | null) {
    const { home, cache } = makeWorkplace(context);
    const tools = join(dirname(home), 'disk');
    mkdirSync(tools);
    this.disk = new FaultyDisk(tools);
    const child = spawn(process.execPath, [program, home, cache, ...(behaviour === null ? [] : [behaviour])], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { ...process.env, ...this.disk.environment },
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    context.after(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    const pipe = child.stdio[3] as Duplex;
    this.client = new Client(streamPort(pipe, pipe));
    void this.client.watch((changes) => {
      this.changes.push(...changes);
      for (const one of this.#waiting.filter(({ holds }) => holds())) one.resolve();
      this.#waiting = this.#waiting.filter(({ holds }) => !holds());
    });
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => (holds() ? resolve() : this.#waiting.push({ holds, resolve })));
  }

  async start(recipe: object): Promise<string> {
    const [run] = await this.client.call('run.start', {
      network: 'resnet20',
      data: 'digits',
      recipe,
      device: 'cpu',
      seeds: 1,
    });
    return run!.id;
  }

  published(run: string): Run | undefined {
    return this.changes.flatMap((each) => (each.kind === 'run' && each.run.id === run ? [each.run] : [])).at(-1);
  }

  notices(): string[] {
    return this.changes.flatMap((change) => (change.kind === 'notice' ? [inWords(change.text)] : []));
  }

  /** Steps whose loss was shown. */
  shown(run: string): number[] {
    return this.changes.flatMap((change) =>
      change.kind === 'points' && change.run === run && change.series === 'step/loss' ? [...change.steps] : [],
    );
  }

  async stored(run: string): Promise<number[]> {
    const [curve] = await this.client.call('run.curves', { runs: [run], series: ['step/loss'], points: 10_000 });
    return [...curve!.steps];
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

const commits: readonly DiskFault[] = [
  { call: 'write', path: 'residua.sqlite-wal', code: 'EIO' },
  { call: 'write', path: 'residua.sqlite-wal', code: 'ENOSPC' },
  { call: 'sync', path: 'residua.sqlite-wal', code: 'EIO' },
];

const begins: readonly (DiskFault & { readonly failure: string })[] = [
  { call: 'open', path: 'saved_model.pb', code: 'EIO', failure: 'store.failing' },
  { call: 'write', path: 'saved_model.pb', code: 'ENOSPC', failure: 'disk.full' },
];

// They wait for the most part.
describe('a failing disk', { concurrency: 4 }, () => {
  for (const { call, path, code } of commits)
    test(
      `${code} of ${call} on ${path}: nothing more is shown, and the run goes on when the disk does`,
      { skip: noFaultyDisk },
      async (context) => {
        const office = new Office(context, 'slow');
        const run = await office.start({ duration: { epochs: 5 } });
        await office.until(() => office.shown(run).length > 10);
        office.disk.fail({ call, path, code });
        await office.until(() => office.notices().length > 0);
        const shown = office.shown(run);
        assert.match(
          office.notices()[0]!,
          code === 'ENOSPC'
            ? /The disk is full: .* The run waits and goes on when there is room\.$/
            : /The disk did not do as it was told for .*residua\.sqlite \(SQLITE_IOERR_\w+\)\. The run waits and goes on when the disk does\.$/,
        );
        assert.deepEqual(await office.stored(run), shown);
        office.disk.mend();
        await office.until(() => office.published(run)?.endedAtMs != null);
        assert.deepEqual([office.published(run)!.status, office.published(run)!.failure], ['finished', null]);
        assert.deepEqual([office.shown(run), await office.stored(run)], [upTo(50), upTo(50)]);
      },
    );

  test(
    'a run that is stopped on a disk that takes nothing ends when it does, and can be resumed',
    { skip: noFaultyDisk },
    async (context) => {
      const office = new Office(context, 'slow');
      const run = await office.start({ duration: { epochs: 100 } });
      await office.until(() => office.shown(run).length > 10);
      office.disk.fail({ call: 'write', path: 'residua.sqlite-wal', code: 'EIO' });
      await office.until(() => office.notices().length > 0);
      await assert.rejects(office.client.call('run.stop', { run, now: false }), /The disk did not do as it was told/);
      await office.until(() =>
        office.notices().some((text) => text.includes('The end of the run could not be written')),
      );
      assert.equal(office.published(run)!.endedAtMs, null);
      office.disk.mend();
      await office.until(() => office.published(run)?.endedAtMs != null);
      assert.deepEqual(
        [office.published(run)!.status, office.published(run)!.failure?.code],
        ['failed', 'store.failing'],
      );
      assert.deepEqual(await office.stored(run), office.shown(run));
      await office.client.call('run.resume', { run });
      await office.until(() => office.published(run)?.status === 'preparing');
    },
  );

  test('a run that cannot even begin waits in the line for the disk', { skip: noFaultyDisk }, async (context) => {
    const office = new Office(context, 'slow');
    const first = await office.start({ duration: { epochs: 1 } });
    const second = await office.start({ duration: { epochs: 1 } });
    await office.until(() => office.shown(first).length === 10);
    office.disk.fail({ call: 'write', path: 'residua.sqlite-wal', code: 'EIO' });
    await office.until(() => office.notices().length > 0);
    office.disk.mend();
    await office.until(() => office.published(second)?.status === 'finished');
    assert.deepEqual([await office.stored(first), await office.stored(second)], [upTo(10), upTo(10)]);
  });

  for (const { call, path, code, failure } of begins)
    test(
      `${code} of ${call} on ${path} fails the run in plain words, and it is resumed`,
      { skip: noFaultyDisk },
      async (context) => {
        const office = new Office(context, null);
        office.disk.fail({ call, path, code });
        const run = await office.start({ duration: { steps: 3 }, batch: 64 });
        await office.until(() => office.published(run)?.endedAtMs != null);
        assert.deepEqual([office.published(run)!.status, office.published(run)!.failure?.code], ['failed', failure]);
        office.disk.mend();
        await office.client.call('run.resume', { run });
        await office.until(() => office.published(run)?.status === 'finished');
      },
    );

  test(
    'a trainer whose log takes nothing trains on, and that is said once',
    { skip: noFaultyDisk },
    async (context) => {
      const office = new Office(context, 'finish');
      office.disk.fail({ call: 'open', path: 'trainer.log', code: 'EACCES' });
      const run = await office.start({ duration: { epochs: 2 } });
      await office.until(() => office.published(run)?.status === 'finished');
      const { events } = await office.client.call('run.show', { run });
      const said = events.filter(({ text }) => inWords(text).startsWith('What the training process prints is lost'));
      assert.deepEqual([said.length, await office.stored(run)], [1, upTo(20)]);
    },
  );
});
