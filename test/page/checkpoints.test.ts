/** Weights on the page, with a real core: those of a checkpoint are exported, those of a file begin a new run. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCore } from '../../src-main/core/service/core.ts';
import { presets } from '../../src-main/shared/network/presets.ts';
import { Client, portPair } from '../../src-main/shared/port.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { torchNames, torchShape } from '../../src-main/shared/network/torchNames.ts';
import { inWords } from '../../src-main/shared/failure.ts';
import { readTensors, writeTensors } from '../core/weights/torchFile.ts';
import { keepPicture, servePages, skip, themes } from './served.ts';

test(
  'the weights of a checkpoint are exported from the page, and a new run begins with those of a file',
  { skip, timeout: 120_000 },
  async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'residua-checkpoints-'));
    context.after(() => rmSync(folder, { recursive: true, force: true }));
    const core = createCore({ home: join(folder, 'home'), version: '0', commit: '0' });
    context.after(() => core.close());
    const [near, far] = portPair();
    core.connect(far);
    const client = new Client(near);

    const digits = await client.call('data.show', { data: 'digits' });
    const spec = presets.find(({ name }) => name === 'resnet20')?.spec;
    assert.ok(spec);
    const plan = expand(spec, { input: digits.image, classes: digits.classes.length });
    const tensors = new Map(
      (torchNames(plan) ?? []).map((name) => {
        const shape = [...torchShape(name)];
        const count = shape.reduce((product, side) => product * side, 1);
        return [name.theirs, { shape, values: new Float32Array(count).fill(0.5) }];
      }),
    );
    const file = join(folder, 'half.safetensors');
    writeTensors(file, tensors);
    const [run] = await client.call('weights.import', {
      network: 'resnet20',
      data: 'digits',
      recipe: {},
      device: 'cpu',
      seeds: 1,
      source: { paths: [file] },
      after: 'wait',
    });

    await using served = await servePages(core);
    for (const colorScheme of themes) {
      const page = await served.open(`#/runs/${run?.id}/device`, { colorScheme });
      await page.getByRole('button', { name: 'Export the weights of step 0' }).click();
      const said = page.getByRole('status').filter({ hasText: 'Weights exported' });
      await said.waitFor();
      const exported = await said.locator('.mono').innerText();
      assert.deepEqual(readTensors(exported), tensors);
      await keepPicture(page, `checkpoints-${colorScheme}`);

      await page.keyboard.press('n');
      await page.getByLabel('Counted in').selectOption('steps');
      await page.getByRole('spinbutton', { name: 'Steps' }).fill('1');
      await page.getByLabel('File of weights').setInputFiles(file);
      await page.getByText('half.safetensors', { exact: true }).waitFor();
      await keepPicture(page, `new-run-weights-${colorScheme}`);
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await page.getByRole('heading', { name: 'resnet20 on Digits' }).waitFor();
      const [newest] = await client.call('run.list', {});
      const { provenance, events } = await client.call('run.show', { run: newest!.id });
      assert.match(provenance['begunWith'] ?? '', /^half\.safetensors \(torchvision names, /);
      assert.ok(events.some(({ text }) => inWords(text) === 'Begins with the weights of half.safetensors.'));
    }
    assert.deepEqual(served.wrong, []);
  },
);
