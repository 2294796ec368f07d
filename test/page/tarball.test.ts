/** The archive that a browser sends for a folder, read by what reads it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openSource } from '../../src-main/intake/source.ts';
import { ordinaryLimits } from '../../src-main/shared/import.ts';
import { tarball } from '../../src-renderer/state/tarball.ts';
import { temporaryFolder } from '../core/temporaryFolder.ts';

test('what a folder held is what intake finds in its archive, whatever the lengths of names and files', async (context) => {
  const folder = temporaryFolder(context);
  const part = fc.stringMatching(/^[a-zäß日][a-zäß日 0-9_-]{0,80}$/);
  const paths = fc.uniqueArray(
    fc.tuple(part, part).map((parts) => parts.map((each) => each.trim()).join('/')),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      paths,
      fc.array(fc.uint8Array({ maxLength: 1200 }), { minLength: 5, maxLength: 5 }),
      async (names, contents) => {
        const files = names.map((path, at) => ({ path, file: new Blob([Uint8Array.from(contents[at] ?? [])]) }));
        const path = join(folder, 'folder.tar');
        writeFileSync(path, Buffer.from(await tarball(files).arrayBuffer()));
        const source = await openSource([{ path, name: 'folder.tar' }], folder, ordinaryLimits, () => undefined);
        const found: Record<string, number[]> = {};
        for (const entry of source.entries) {
          const bytes: number[] = [];
          for await (const chunk of entry.stream()) bytes.push(...chunk);
          found[entry.path] = bytes;
        }
        source.close();
        assert.deepEqual(found, Object.fromEntries(names.map((name, at) => [name, [...(contents[at] ?? [])]])));
      },
    ),
    { numRuns: 50 },
  );
});
