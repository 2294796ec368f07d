/** What intake does with opened files: says what they are, shows some images, reads all of them. */
import type { Finding, IntakeLimits, IntakeReport, OddFile, Preview, Treatment } from '../shared/import.ts';
import { planSplits, shownIndices } from './draw.ts';
import type { Source } from './entry.ts';
import type { Found } from './format.ts';
import { knownSet } from './known.ts';
import { recognise } from './recognise.ts';
import { keepWithin, malformed, shown } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

const previewImages = 24;
/** Bytes of a preview at most: it travels in one frame. */
const previewBytes = 24e6;
const mostExamples = 100;
const defaultHoldOut = 0.1;

const shownOdd = (odd: readonly OddFile[]): OddFile[] => odd.map(({ path, reason }) => ({ path: shown(path), reason }));

/** Names as a person would call a set: without the endings of files. */
function nameOf(source: Source): string {
  const name = source.name.replace(/\.(tar\.gz|tgz|tar|zip|gz|npz|npy|csv|parquet|mat)$/i, '').trim();
  return shown(name === '' ? 'dataset' : name).slice(0, 120);
}

/** The treatment of `data.inspect`: nothing but what the files themselves ask for. */
const asFound = (found: Found): Treatment => ({ image: found.image, fit: 'crop', holdOut: defaultHoldOut, seed: 0 });

/** A few images as they will be stored. */
export async function preview(found: Found, treatment: Treatment): Promise<Preview> {
  const split = found.splits[0];
  const { height, width, channels } = treatment.image;
  const most = Math.max(1, Math.min(previewImages, Math.floor(previewBytes / (height * width * channels))));
  const labels: number[] = [];
  const pixels: Uint8Array[] = [];
  if (split)
    for await (const chunk of found.read(split.name, shownIndices(split.labels, most), treatment)) {
      labels.push(...chunk.labels);
      pixels.push(chunk.pixels);
    }
  return { image: treatment.image, pixels: new Uint8Array(Buffer.concat(pixels)), labels: Int32Array.from(labels) };
}

/** Recognises the files. Fails as the formats do. */
export async function inspect(
  source: Source,
  limits: IntakeLimits,
): Promise<{ readonly found: Found; readonly finding: Finding }> {
  const recognised = await recognise(source, limits);
  const known = await knownSet(source);
  const found =
    known?.classes && known.classes.length === recognised.classes.length
      ? { ...recognised, classes: known.classes }
      : recognised;
  keepWithin(limits, 'classes', found.classes.length, source.name);
  const images = found.splits.reduce((sum, { labels }) => sum + labels.length, 0);
  if (images === 0 || found.classes.length < 2)
    throw malformed(
      source.name,
      tell('images of at least two classes'),
      tell('{images} images of {count} classes', { images, count: found.classes.length }),
    );
  const odd = [...source.odd, ...found.odd];
  const counts = new Array<number>(found.classes.length).fill(0);
  for (const { labels } of found.splits)
    for (const label of labels) {
      if (!(label >= 0 && label < counts.length))
        throw malformed(
          source.name,
          tell('class indices from 0 to {count}', { count: counts.length - 1 }),
          verbatim(label),
        );
      counts[label] = (counts[label] as number) + 1;
    }
  const finding: Finding = {
    format: found.format,
    formatName: found.formatName,
    container: source.container,
    name: known?.name ?? found.name ?? nameOf(source),
    known: known?.name ?? null,
    classes: found.classes.map((name, index) => ({ name: shown(name), images: counts[index] as number })),
    splits: found.splits.map(({ name, labels }) => ({ name, images: labels.length })),
    holdsOut: !found.splits.some(({ name }) => name === 'test'),
    image: found.image,
    sizes: [...found.sizes],
    measured: found.measured,
    mirrors: found.mirrors,
    files: source.entries.length,
    bytes: source.entries.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    odd: { count: odd.length, examples: shownOdd(odd.slice(0, mostExamples)) },
    notes: [...found.notes],
    preview: await preview(found, asFound(found)),
  };
  return { found, finding };
}

/** Reads everything and says it piece by piece; `room` resolves once what was said before has left. */
export async function readAll(
  found: Found,
  source: Source,
  treatment: Treatment,
  say: (report: IntakeReport) => void,
  room: () => Promise<void>,
): Promise<void> {
  const planned = planSplits(found.splits, treatment);
  const size = `${treatment.image.height} × ${treatment.image.width}`;
  say({
    kind: 'head',
    classes: found.classes.map((name) => shown(name)),
    mirrors: found.mirrors,
    note: `From ${shown(source.name)} (${found.formatName}), stored as ${size}, ${treatment.image.channels === 1 ? 'grey' : 'RGB'}.`,
    imagesTotal: planned.reduce((sum, { indices }) => sum + indices.length, 0),
  });
  for (const { name, from, indices } of planned) {
    if (indices.length === 0) continue;
    say({ kind: 'split', name });
    for await (const { pixels, labels, odd = [] } of found.read(from, indices, treatment)) {
      if (labels.length > 0)
        say({ kind: 'images', pixels: pixels as Uint8Array<ArrayBuffer>, labels: labels as Int32Array<ArrayBuffer> });
      if (odd.length > 0) say({ kind: 'odd', files: shownOdd(odd) });
      await room();
    }
  }
  say({ kind: 'read' });
}
