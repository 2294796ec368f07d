/** Weights from torchvision and back: through core, a real intake and the real engine, against PyTorch's own logits. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Run } from '../../../src-main/shared/contract.ts';
import { Expected, describeFailure, inWords } from '../../../src-main/shared/failure.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { imageFolder, someImages } from '../../fixtures/datasets.ts';
import { writeFolder } from '../../fixtures/files.ts';
import { relativeError } from '../network/values.ts';
import { Desk, makeWorkplace } from '../service/fixtures/workplace.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { Rig } from '../training/rig.ts';
import { readTensors, reference, torchSpec, torchTensors, writeTensors } from './torchFile.ts';

const recipe = { duration: { epochs: 1 }, batch: 8 } as const;

/** A core with a dataset of five classes of images of the reference's size. */
async function begin(context: TestContext) {
  const desk = new Desk(context, makeWorkplace(context));
  const folder = temporaryFolder(context);
  const size = reference.cases[0]?.size as number;
  const images = someImages(40, size, size, 3, 5);
  const found = await desk.client.call('data.inspect', {
    source: { paths: [writeFolder(join(folder, 'set'), await imageFolder(images, ['a', 'b', 'c', 'd', 'e'], 'png'))] },
  });
  await desk.client.call('data.add', { import: found.import, options: { name: 'five' } });
  await desk.until(() => desk.changes.some((change) => change.kind === 'import' && change.import.state === 'done'));
  const datasets = await desk.client.call('data.list', {});
  const data = datasets.find(({ name }) => name === 'five')?.id as string;
  const bring = async (path: string, network: Spec, after: 'train' | 'wait' = 'wait'): Promise<Run> => {
    const asked = { network, data, recipe, device: 'cpu' as const, seeds: 1 };
    const [run] = await desk.client.call('weights.import', { ...asked, source: { paths: [path] }, after });
    return run as Run;
  };
  const checkpointOf = async (run: Run): Promise<string> =>
    (await desk.client.call('run.show', { run: run.id })).checkpoints.at(-1)?.file as string;
  return { desk, folder, bring, checkpointOf };
}

const logitsOf = (spec: Spec, checkpoint: string): Float32Array => {
  const rig = new Rig(spec);
  rig.assign(new Map([...readTensors(checkpoint)].map(([name, { values }]) => [name, values])));
  const logits = rig.evaluate(0);
  rig.close();
  return logits;
};

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (thrown: unknown) => (thrown instanceof Expected ? describeFailure(thrown.failure).title : String(thrown)),
  );

for (const one of reference.cases)
  test(`${one.name}: torchvision's weights give torchvision's logits here, and come out as they went in`, async (context) => {
    const { desk, folder, bring, checkpointOf } = await begin(context);
    const file = join(folder, 'weights.safetensors');
    const tensors = torchTensors(one);
    writeTensors(file, tensors);
    const run = await bring(file, torchSpec(one));
    assert.deepEqual([run.status, run.step], ['paused', 0]);
    const error = relativeError(logitsOf(torchSpec(one), await checkpointOf(run)), one.logits);
    context.diagnostic(`relative error of the logits ${error.toExponential(1)}`);
    assert.ok(error <= 1e-5, `logits: ${error}`);

    const exported = await desk.client.call('weights.export', { run: run.id });
    assert.deepEqual([exported.layout, readTensors(exported.file)], ['torchvision', tensors]);
  });

test('Stochastic depth scales branches in evaluation; the weights of other programs carry that in their last normalisations', async (context) => {
  const { desk, folder, bring, checkpointOf } = await begin(context);
  const one = reference.cases[0] as (typeof reference.cases)[0];
  const file = join(folder, 'weights.safetensors');
  writeTensors(file, torchTensors(one));
  const spec: Spec = { ...torchSpec(one), survival: { kind: 'linear', last: 0.4 } };
  const run = await bring(file, spec);
  const imported = relativeError(logitsOf(spec, await checkpointOf(run)), one.logits);
  const out = join(folder, 'out.safetensors');
  await desk.client.call('weights.export', { run: run.id, file: out });
  const back = relativeError(
    logitsOf(torchSpec(one), await checkpointOf(await bring(out, torchSpec(one)))),
    one.logits,
  );
  assert.ok(imported <= 1e-5 && back <= 1e-5, `imported ${imported}, exported ${back}`);
  assert.equal(
    await refusal(desk.client.call('weights.export', { run: run.id, file: out })),
    `${out} is there already.`,
  );
});

test('A run trains on from imported weights, with a new last layer for other classes', async (context) => {
  const { desk, folder, bring } = await begin(context);
  const one = reference.cases[0] as (typeof reference.cases)[0];
  const file = join(folder, 'weights.safetensors');
  writeTensors(file, torchTensors(one, 1000));
  const run = await bring(file, torchSpec(one), 'train');
  assert.equal((await desk.ended(run.id)).status, 'finished');
  const { events, provenance } = await desk.client.call('run.show', { run: run.id });
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'weights').map(({ text }) => inWords(text)),
    [
      'Begins with the weights of weights.safetensors. The last layer begins at zero: the file tells other classes apart.',
    ],
  );
  assert.match(
    provenance['begunWith'] ?? '',
    /^weights\.safetensors \(torchvision names, SHA-256 of its values [0-9a-f]{16}\)$/,
  );
});

test('Weights of another network are refused with the tensor that does not fit, and leave nothing', async (context) => {
  const { desk, folder, bring } = await begin(context);
  const [basic, grouped] = reference.cases as [(typeof reference.cases)[0], (typeof reference.cases)[0]];
  const file = join(folder, 'weights.safetensors');
  const tried = (tensors: ReturnType<typeof torchTensors>, spec: Spec) => {
    writeTensors(file, tensors);
    return refusal(bring(file, spec));
  };
  const without = torchTensors(basic);
  without.delete('layer2.0.bn1.bias');
  const beside = torchTensors(basic).set('layer9.weight', { shape: [1], values: Float32Array.of(1) });
  const narrow = torchTensors(basic).set('conv1.weight', { shape: [64, 1, 7, 7], values: new Float32Array(64 * 49) });
  const preactivation: Spec = { ...torchSpec(basic), block: 'preactBasic' };
  assert.deepEqual(
    [
      await tried(without, torchSpec(basic)),
      await tried(beside, torchSpec(basic)),
      await tried(narrow, torchSpec(basic)),
      await tried(torchTensors(basic), torchSpec(grouped)),
      await tried(torchTensors(basic), preactivation),
    ],
    [
      'weights.safetensors does not fit basic: it has no layer2.0.bn1.bias.',
      'weights.safetensors does not fit basic: it has layer9.weight, for which the network has no place.',
      "weights.safetensors does not fit basic: conv1.weight has the shape 64 × 1 × 7 × 7, and the network's is 64 × 3 × 7 × 7.",
      "weights.safetensors does not fit grouped: layer1.0.conv1.weight has the shape 64 × 64 × 3 × 3, and the network's is 64 × 64 × 1 × 1.",
      'weights.safetensors does not fit basic: it has none of the names of this network, which torchvision does not have, so that only files that Residua exported fit.',
    ],
  );
  assert.deepEqual(await desk.client.call('run.list', {}), []);
});
