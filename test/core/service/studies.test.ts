/** Studies in core: through the queue, judged at the end, grown, made of runs, written down; trained by a scripted trainer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cifarResNet } from '../../../src-main/shared/network/families.ts';
import { Desk, makeWorkplace, scriptedTrainer } from './fixtures/workplace.ts';

const tiny = cifarResNet(8, { stem: { kind: 'cifar', width: 4 }, stages: [{ blocks: 1, width: 4, stride: 1 }] });

test('runs of two recipes become a study that grows by the same seeds in both arms, and is written down in two languages', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('finish') });
  const { client } = desk;
  const asked = { network: tiny, data: 'digits', device: 'cpu', recipe: { duration: { epochs: 1 } } } as const;
  const first = await client.call('run.start', { ...asked, seeds: 3 });
  const second = await client.call('run.start', {
    ...asked,
    seeds: 2,
    recipe: { ...asked.recipe, learningRate: 0.2 },
  });
  for (const { id } of [...first, ...second]) await desk.ended(id);
  const runs = [first[0]!.id, second[0]!.id];
  await assert.rejects(client.call('study.make', { runs: [runs[0]!, first[1]!.id] }), /2 runs of one recipe/);
  const made = await client.call('study.make', { runs });
  assert.deepEqual(
    [made.study.state, made.study.seeds, made.arms.map((arm) => arm.finished), made.parts[0]!.method],
    ['over', 3, [3, 2], 'welch'],
  );

  const { study } = await client.call('study.grow', { study: made.study.id, seeds: 1 });
  assert.equal(study.state, 'running');
  while ((await client.call('study.show', { study: study.id })).study.state === 'running')
    await new Promise((resolve) => setTimeout(resolve, 50));
  const grown = await client.call('study.show', { study: study.id });
  const seedsOf = (arm: number) =>
    grown.arms[arm]!.measured.find(({ measure }) => measure === 'accuracy')!.samples.map(({ seed }) => seed);
  assert.deepEqual([seedsOf(0).sort(), seedsOf(1).sort(), grown.grown], [[1, 2, 3, 4], [1, 2, 3, 4], 1]);
  // The scripted trainer reaches the same everywhere: nothing can be told apart.
  assert.deepEqual([grown.study.finding, grown.moreSeeds], ['undecided', null]);

  const report = (form: 'html' | 'markdown', language: 'en' | 'zh') =>
    client.call('study.report', { study: study.id, form, language });
  const [html, markdown] = [await report('html', 'zh'), await report('markdown', 'en')];
  assert.match(html.text, /lang="zh-CN"[\s\S]*尚无定论[\s\S]*<svg[\s\S]*SHA|数据校验和/);
  assert.match(markdown.text, /# Study: [\s\S]*\*\*Not decided yet\*\*[\s\S]*study make/);
  assert.deepEqual([html.file.endsWith('.html'), markdown.file.endsWith('.md')], [true, true]);

  const setRemoved = (removed: boolean) => client.call('study.remove', { study: study.id, removed });
  await setRemoved(true);
  const without = await client.call('study.list', {});
  await setRemoved(false);
  assert.deepEqual([without, (await client.call('study.list', {})).length], [[], 1]);
  assert.equal((await client.call('run.list', {})).length, 8);
});

test('a study that is stopped gives the device back, and nothing of it has failed', async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const { client } = desk;
  const isBusy = async () => (await client.call('app.status', {})).busy !== null;
  const asked = { kind: 'forms', data: 'digits', budgetSeconds: 60, seeds: 100, device: 'cpu' } as const;
  const { study } = await client.call('study.start', asked);
  while (!(await isBusy())) await new Promise((resolve) => setTimeout(resolve, 20));
  await client.call('study.stop', { study: study.id });
  while (await isBusy()) await new Promise((resolve) => setTimeout(resolve, 20));
  const stopped = await client.call('study.show', { study: study.id });
  assert.deepEqual([stopped.study.state, stopped.study.finding, stopped.problems], ['stopped', null, []]);
});

test('arms that are trained are also timed in turns, once for each seed', async (context) => {
  const { client } = new Desk(context, makeWorkplace(context));
  const asked = { kind: 'halfDepth', data: 'digits', budgetSeconds: 10, seeds: 1, device: 'cpu' } as const;
  const { study } = await client.call('study.start', asked);
  while ((await client.call('study.show', { study: study.id })).study.state === 'running')
    await new Promise((resolve) => setTimeout(resolve, 200));
  const { arms, problems } = await client.call('study.show', { study: study.id });
  const timed = arms.map(({ measured }) => measured.find(({ measure }) => measure === 'stepSeconds')!.samples);
  assert.deepEqual([timed.map((samples) => samples.map(({ seed }) => seed)), problems], [[[1], [1]], []]);
  assert.ok(timed.flat().every(({ value }) => value > 0));
});
