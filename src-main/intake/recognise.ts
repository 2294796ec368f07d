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
import { tell, verbatim } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

const formats: readonly Format[] = [npz, parquet, svhn, cifarPython, idx, cifarBinary, csv, imageFolder];

/** @throws Expected `import.unknown`, or what the format says of damaged files */
export async function recognise(source: Source, limits: IntakeLimits): Promise<Found> {
  for (const format of formats) {
    const found = await format.recognise(source, limits);
    if (found) return found;
  }
  throw expected('import.unknown', { name: shown(source.name), found: await foundInstead(source) });
}

/** What files that nobody knows seem to be, as a part of a sentence. */
async function foundInstead({ entries, odd }: Source): Promise<Told> {
  const [first] = entries;
  const [left] = odd;
  if (!first)
    return left
      ? tell('there is no ordinary file in it, but {reason} ({path})', { reason: left.reason, path: shown(left.path) })
      : tell('there are no files in it');
  const count = entries.length.toLocaleString('en-US');
  const kind = kindOf(await first.head(512));
  if (entries.length > 1)
    return kind
      ? tell('{count} files of other kinds, the first is {kind}', { count, kind })
      : tell('{count} files of other kinds', { count });
  return kind ? tell('{file} is {kind}', { file: shown(first.path), kind }) : verbatim(shown(first.path));
}

/** Kinds of files that are easily mistaken for a dataset, by their first bytes. */
function kindOf(head: Uint8Array): Told | null {
  const text = Buffer.from(head.subarray(0, 512)).toString('latin1');
  if (head.length === 0) return tell('empty');
  if (text.startsWith('\u0089HDF') || text.startsWith('MATLAB 7.3'))
    return tell('an HDF5 file, which Residua does not read');
  if (text.startsWith('PK') || text.startsWith('\u001f\u008b')) return tell('an archive inside an archive');
  if (text.startsWith('ARROW1')) return tell('an Arrow file, which Residua does not read; Parquet it does');
  if (/^(\(dp|\(lp|c[\w.]+\n\w+\n|\(i?[\w.]*\n)/.test(text))
    return tell('a pickle in text, which Residua does not read');
  if (/^\s*(<\?xml|<svg|<!doctype|<html)/i.test(text)) return tell('a page or drawing in text');
  return null;
}
