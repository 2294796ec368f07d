/** `import` and `export` as a person types them: real processes, a run to resume, a file that fits again. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTensors } from '../core/weights/torchFile.ts';
import { makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { run } from './program.ts';

const short = ['--data', 'digits', '--steps', '2', '--batch', '8', '--device', 'cpu'];

test('weights are exported, imported as a paused run and trained on', async (context) => {
  const place = makeWorkplace(context);
  const [first, second] = [join(place.cache, 'first.safetensors'), join(place.cache, 'second.safetensors')];
  assert.equal((await run(place, 'train', 'resnet20', ...short)).status, 0);
  const exported = await run(place, 'export', 'latest', '--out', first, '--json');
  assert.equal(exported.status, 0, exported.notes);
  const { layout, tensors } = JSON.parse(exported.out) as { layout: string; tensors: number };
  // 19 convolutions, 19 normalisations of five tensors each, the linear layer's two.
  assert.deepEqual([layout, tensors], ['torchvision', 19 + 19 * 5 + 2]);

  const imported = await run(place, 'import', first, '--network', 'resnet20', ...short);
  assert.match(imported.out, /^Made the run \S+ \(resnet20 on .*\), paused at step 0\. Train it: resume \S+\n$/);
  assert.equal((await run(place, 'export', 'latest', '--format', 'safetensors', '--out', second)).status, 0);
  assert.deepEqual(readTensors(second), readTensors(first));
  const resumed = await run(place, 'resume', 'latest');
  assert.equal(resumed.status, 0, resumed.notes);

  assert.equal((await run(place, 'train', 'resnet20', ...short, '--weights', first)).status, 0);
});

test('what cannot be imported or exported is said in one line', async (context) => {
  const place = makeWorkplace(context);
  const out = join(place.cache, 'out.safetensors');
  const missing = await run(place, 'import', join(place.cache, 'no.safetensors'), '--network', 'resnet20', ...short);
  const unnamed = await run(place, 'import', 'w.safetensors', ...short);
  const onnx = await run(place, 'export', 'latest', '--format', 'gguf', '--out', out);
  assert.deepEqual(
    [
      missing.status,
      /cannot be read: it is not there/.test(missing.notes),
      unnamed.status,
      onnx.status,
      existsSync(out),
    ],
    [1, true, 2, 2, false],
  );
  assert.match(unnamed.notes, /--network is missing/);
});
