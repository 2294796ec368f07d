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
  throw expected('import.unknown', { name: shown(source.name), found: await foundInstead(source) });
}

/** What files that nobody knows seem to be, as a part of a sentence. */
async function foundInstead({ entries, odd }: Source): Promise<string> {
  const [first] = entries;
  const [left] = odd;
  if (!first)
    return left
      ? `there is no ordinary file in it, but ${left.reason} (${shown(left.path)})`
      : 'there are no files in it';
  const kind = kindOf(await first.head(512));
  if (entries.length > 1)
    return `${entries.length.toLocaleString('en-US')} files of other kinds${kind ? `, the first is ${kind}` : ''}`;
  return kind ? `${shown(first.path)} is ${kind}` : shown(first.path);
}

/** Kinds of files that are easily mistaken for a dataset, by their first bytes. */
function kindOf(head: Uint8Array): string | null {
  const text = Buffer.from(head.subarray(0, 512)).toString('latin1');
  if (head.length === 0) return 'empty';
  if (text.startsWith('\u0089HDF') || text.startsWith('MATLAB 7.3')) return 'an HDF5 file, which Residua does not read';
  if (text.startsWith('PK') || text.startsWith('\u001f\u008b')) return 'an archive inside an archive';
  if (text.startsWith('ARROW1')) return 'an Arrow file, which Residua does not read; Parquet it does';
  if (/^(\(dp|\(lp|c[\w.]+\n\w+\n|\(i?[\w.]*\n)/.test(text)) return 'a pickle in text, which Residua does not read';
  if (/^\s*(<\?xml|<svg|<!doctype|<html)/i.test(text)) return 'a page or drawing in text';
  return null;
}
