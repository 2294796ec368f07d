/** What the library knows of a dataset: `<home>/datasets/<id>/manifest.json`. A dataset is there when its manifest is. */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { datasetSchema } from '../../shared/dataset.ts';
import { Expected, expected } from '../../shared/failure.ts';
import {
  array,
  integer,
  literal,
  minValue,
  number,
  object,
  optional,
  pipe,
  regex,
  safeParse,
  string,
} from '../../shared/schema.ts';
import type { InferOutput } from '../../shared/schema.ts';
import type { BlockEntry } from './blocks.ts';
import { makeFolder, syncFolder, writeWhole } from './files.ts';
import { tell } from '../../shared/told.ts';
import { toldIssue } from '../../shared/issue.ts';

const entries = array(
  object({ sha256: pipe(string(), regex(/^[0-9a-f]{64}$/)), bytes: pipe(number(), integer(), minValue(1)) }),
);

const manifestSchema = object({
  format: literal(1),
  dataset: datasetSchema,
  /** Images in every block of pixels but the last of a split. */
  imagesPerBlock: pipe(number(), integer(), minValue(1)),
  /**
   * In the order of `dataset.splits`. `labels`: Int32, little-endian. `indices`: which images of `pixels` the split has,
   * Int32, little-endian, rising; all of them where it is left out.
   */
  splits: array(object({ name: string(), pixels: entries, labels: entries, indices: optional(entries) })),
});

export type Manifest = InferOutput<typeof manifestSchema>;

/** Where a dataset's manifest lies. */
export const manifestPath = (home: string, id: string): string => join(home, 'datasets', id, 'manifest.json');
const path = manifestPath;

/** Where the manifest of a dataset lies that was removed and can be had back. */
export const removedManifestPath = (home: string, id: string): string => join(home, 'datasets', id, 'removed.json');

/** Whether a text can name a folder of the library: nothing that leads elsewhere. */
export const isDatasetId = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,63}$/.test(text);

/** The manifest of a dataset, or null where there is none. Fails with `data.damaged` where it cannot be read. */
export function readManifest(home: string, id: string): Manifest | null {
  return isDatasetId(id) && existsSync(path(home, id)) ? parseManifest(path(home, id), id) : null;
}

/** Reads a manifest file. Fails with `data.damaged`. */
export function parseManifest(file: string, id: string): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw expected('data.damaged', {
      name: id,
      what: tell('its manifest cannot be read ({message})', { message: (error as Error).message }),
    });
  }
  const parsed = safeParse(manifestSchema, content);
  if (!parsed.success)
    throw expected('data.damaged', {
      name: id,
      what: tell('its manifest is not valid ({message})', { message: toldIssue(parsed.issues[0]) }),
    });
  return parsed.output;
}

/** The manifest where there is one that can be read; a damaged one is as good as none for whoever makes it anew. */
export function soundManifest(home: string, id: string): Manifest | null {
  try {
    return readManifest(home, id);
  } catch (error) {
    if (error instanceof Expected) return null;
    throw error;
  }
}

/** All blocks that a dataset is made of, each once. */
export const blocksOf = ({ splits }: Manifest): BlockEntry[] => [
  ...new Map(
    splits
      .flatMap(({ pixels, labels, indices = [] }) => [...pixels, ...labels, ...indices])
      .map((block) => [block.sha256, block]),
  ).values(),
];

/** Writes a manifest; with it the dataset exists. Its blocks must be on the disk. */
export function writeManifest(home: string, manifest: Manifest): void {
  const folder = join(home, 'datasets', manifest.dataset.id);
  makeFolder(folder);
  writeWhole(path(home, manifest.dataset.id), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  // Added again, it is not removed any more.
  rmSync(removedManifestPath(home, manifest.dataset.id), { force: true });
  syncFolder(folder);
  syncFolder(join(home, 'datasets'));
}

/** Ids of all datasets in the library. */
export function manifestIds(home: string): string[] {
  const folder = join(home, 'datasets');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((id) => isDatasetId(id) && existsSync(path(home, id)));
}
