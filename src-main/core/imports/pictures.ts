/** Images out of files for a trained network: intake decodes and resizes them, as it does at an import. */
import { expected } from '../../shared/failure.ts';
import { ordinaryLimits } from '../../shared/import.ts';
import type { IntakeLimits } from '../../shared/import.ts';
import type { Shape } from '../../shared/network/spec.ts';
import type { DroppedFile } from './import.ts';
import { readFiles } from './readFiles.ts';
import type { ReadingSurroundings } from './readFiles.ts';
import { tell } from '../../shared/told.ts';

/** uint8 [files, height, width, channels]. @throws {Expected} with the codes `import.*`, which name the file */
export function readPictures(
  files: readonly DroppedFile[],
  image: Shape,
  surroundings: ReadingSurroundings & { readonly limits?: Partial<IntakeLimits> | undefined },
): Promise<Uint8Array<ArrayBuffer>> {
  const limits = { ...ordinaryLimits, ...surroundings.limits };
  return readFiles(files, { kind: 'images', files: [...files], image, limits }, surroundings, (report) => {
    if (report.kind !== 'pictures') throw expected('import.died', { how: tell('it answered something else') });
    return report.pixels;
  });
}
