/** Files through intake's readers in this process: recognised, planned, and read whole. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { planSplits } from '../../src-main/intake/draw.ts';
import { recognise } from '../../src-main/intake/recognise.ts';
import { openSource } from '../../src-main/intake/source.ts';
import { ordinaryLimits } from '../../src-main/shared/import.ts';
import { temporaryFolder } from '../core/temporaryFolder.ts';
import type { Images } from '../fixtures/datasets.ts';
import { tarGzOf, tarOf, writeFolder, zipOf } from '../fixtures/files.ts';
import type { Files } from '../fixtures/files.ts';

/** Everything that intake reads of a file or folder, split by split. */
export async function readBack(path: string, scratch: string, limits = ordinaryLimits) {
  const source = await openSource([{ path, name: 'dropped' }], scratch, limits, () => undefined);
  try {
    const found = await recognise(source, limits);
    const treatment = { image: found.image, fit: 'crop' as const, holdOut: 0, seed: 0 };
    const splits = await Promise.all(
      planSplits(found.splits, treatment).map(async ({ name, from, indices }) => {
        const [pixels, labels]: [Uint8Array[], number[]] = [[], []];
        for await (const chunk of found.read(from, indices, treatment)) {
          pixels.push(chunk.pixels);
          labels.push(...chunk.labels);
        }
        return [name, { pixels: new Uint8Array(Buffer.concat(pixels)), labels }] as const;
      }),
    );
    return { format: found.format, classes: found.classes, image: found.image, splits: Object.fromEntries(splits) };
  } finally {
    source.close();
  }
}

export const asRead = ({ pixels, labels }: Images) => ({ pixels: new Uint8Array(pixels), labels: [...labels] });

const containers: Readonly<Record<string, (folder: string, files: Files) => string>> = {
  folder: (folder, files) => writeFolder(join(folder, 'set'), files),
  'tar.gz': (folder, files) => written(join(folder, 'set.tar.gz'), tarGzOf(files)),
  tar: (folder, files) => written(join(folder, 'set.tar'), tarOf(files)),
  zip: (folder, files) => written(join(folder, 'set.zip'), zipOf(files)),
};

export function written(path: string, bytes: Uint8Array): string {
  writeFileSync(path, bytes);
  return path;
}

export async function inEveryContainer(context: TestContext, files: Files, wanted: unknown): Promise<void> {
  for (const write of Object.values(containers)) {
    const folder = temporaryFolder(context);
    assert.deepEqual(await readBack(write(folder, files), folder), wanted);
  }
}
