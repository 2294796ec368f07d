/** Which format the files are of: asked one after the other, the strictest first. */
import { expected } from '../shared/failure.ts';
import type { IntakeLimits } from '../shared/import.ts';
import { cifarBinary } from './cifarBinary.ts';
import { cifarPython } from './cifarPython.ts';
import { csv } from './csv.ts';
import type { Source } from './entry.ts';
import type { Format, Found } from './format.ts';
import { idx } from './idx.ts';
import { imageFolder } from './imageFolder.ts';
import { npz } from './npz.ts';
import { parquet } from './parquet.ts';
import { shown } from './refuse.ts';
import { svhn } from './svhn.ts';

const formats: readonly Format[] = [npz, parquet, svhn, cifarPython, idx, cifarBinary, csv, imageFolder];

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
