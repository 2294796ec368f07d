/** What is kept beside a dataset's manifest: where it came from, and what looking at all of its images told. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { originSchema, surveySchema } from '../../shared/dataset.ts';
import type { Origin, Survey } from '../../shared/dataset.ts';
import { safeParse } from '../../shared/schema.ts';
import type { GenericSchema, InferOutput } from '../../shared/schema.ts';
import { makeFolder, writeWhole } from './files.ts';
import { isDatasetId } from './manifest.ts';

const fileOf = (home: string, id: string, name: string) => join(home, 'datasets', id, name);

/** Null where there is none, or none that can be read: both files can be done without. */
function read<Schema extends GenericSchema>(path: string, schema: Schema): InferOutput<Schema> | null {
  if (!existsSync(path)) return null;
  try {
    const parsed = safeParse(schema, JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

function write(home: string, id: string, name: string, content: object): void {
  makeFolder(join(home, 'datasets', id));
  writeWhole(fileOf(home, id, name), Buffer.from(`${JSON.stringify(content)}\n`));
}

export const readOrigin = (home: string, id: string): Origin | null =>
  isDatasetId(id) ? read(fileOf(home, id, 'origin.json'), originSchema) : null;

/** Fails with `folder.denied` or `disk.full`. */
export const writeOrigin = (home: string, id: string, origin: Origin): void => write(home, id, 'origin.json', origin);

/** The survey of the content with this hash; one of other content (a built-in set made anew) is none. */
export function readSurvey(home: string, id: string, hash: string): Survey | null {
  return read(fileOf(home, id, `survey-${hash.slice(0, 16)}.json`), surveySchema);
}

/** Fails with `folder.denied` or `disk.full`. */
export const writeSurvey = (home: string, id: string, hash: string, survey: Survey): void =>
  write(home, id, `survey-${hash.slice(0, 16)}.json`, survey);
