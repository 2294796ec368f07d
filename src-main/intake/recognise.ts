/** Which format the files are of: asked one after the other, the strictest first. */
import { expected } from '../shared/failure.ts';
import type { IntakeLimits } from '../shared/import.ts';
import { cifarBinary } from './cifarBinary.ts';
import type { Source } from './entry.ts';
import type { Format, Found } from './format.ts';
import { idx } from './idx.ts';
import { imageFolder } from './imageFolder.ts';
import { shown } from './refuse.ts';

const formats: readonly Format[] = [idx, cifarBinary, imageFolder];

/** @throws Expected `import.unknown`, or what the format says of damaged files */
export async function recognise(source: Source, limits: IntakeLimits): Promise<Found> {
  for (const format of formats) {
    const found = await format.recognise(source, limits);
    if (found) return found;
  }
  const [only] = source.entries;
  const files =
    source.entries.length === 1 && only ? shown(only.path) : `${source.entries.length} files of other kinds`;
  throw expected('import.unknown', {
    name: shown(source.name),
    found: source.entries.length === 0 ? 'there are no files in it' : files,
  });
}
