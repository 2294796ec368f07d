/** Where the files lie that ship with the program. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder `resources`: RESIDUA_RESOURCES where it is set, else found from this module, which lies three folders
 * below the root as a source and one below it in a bundle.
 */
export function resourcesFolder(): string {
  const named = process.env['RESIDUA_RESOURCES'];
  if (named) return named;
  const candidates = ['../../../resources', '../resources', '../../resources'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((folder) => existsSync(join(folder, 'digits')));
  if (!found) throw new Error(`The program's resources are missing (looked in ${candidates.join(', ')}).`);
  return found;
}
