import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';
import { run } from './program.ts';

test('predict names five classes for each image, as a table and as JSON, and says what it cannot do', async (context) => {
  const place = makeWorkplace(context);
  mkdirSync(place.home, { recursive: true });
  const spec = join(place.home, 'tiny.json');
  writeFileSync(spec, JSON.stringify({ ...exampleSpec, name: 'tiny', input: null, classes: null }));
  await run(place, 'train', spec, '--data', 'digits', '--steps', '12', '--batch', '64', '--device', 'cpu');
  const images = await Promise.all(
    ['one.png', 'two.webp'].map(async (name, index) => {
      const path = join(place.home, name);
      await sharp({
        create: { width: 20, height: 20, channels: 3, background: { r: 90 * index, g: 60, b: 0 } },
      }).toFile(path);
      return path;
    }),
  );
  const [text, json, unknown, bad, usage] = [
    await run(place, 'predict', 'latest', ...images),
    await run(place, 'predict', 'latest', ...images, '--json'),
    await run(place, 'predict', 'latest', images[0]!, '--checkpoint', '5'),
    await run(place, 'predict', 'latest', spec),
    await run(place, 'predict', 'latest'),
  ];
  const { step, images: answers } = JSON.parse(json.out) as {
    step: number;
    images: { name: string; top: { class: number; name: string; confidence: number }[] }[];
  };
  assert.deepEqual(
    [json.status, step, answers.map(({ name, top }) => [name, top.length])],
    [0, 12, images.map((path) => [path, 5])],
  );
  for (const { top } of answers) {
    const shares = top.map(({ confidence }) => confidence);
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => b - a),
    );
    assert.ok(shares.reduce((sum, share) => sum + share, 0) <= 1.0001 && shares[0]! >= 0.1);
  }
  const lines = text.out.trimEnd().split('\n');
  assert.deepEqual([text.status, lines.length, /^image +class +confidence$/.test(lines[0]!)], [0, 11, true]);
  assert.deepEqual([unknown.status, bad.status, usage.status], [1, 1, 2]);
  assert.match(unknown.notes, /has no checkpoint of step 5\. It has those of step 12\./);
  assert.match(bad.notes, /tiny\.json/);
});
