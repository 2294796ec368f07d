/** Weights out of a file from elsewhere: intake reads them; core writes what it hears into a file of its own. */
import { expected } from '../../shared/failure.ts';
import { SafetensorsWriter } from '../weights/file.ts';
import type { DroppedFile } from './import.ts';
import { readFiles } from './readFiles.ts';
import type { ReadingSurroundings } from './readFiles.ts';
import { tell } from '../../shared/told.ts';

/**
 * Copies the weights of a file as float32, under the names that they have there.
 * @param into the file to write; there whole or not at all
 * @returns the SHA-256 of what was written
 * @throws {Expected} with the codes `import.*`, `disk.full`, `folder.denied`
 */
export async function copyWeights(file: DroppedFile, into: string, surroundings: ReadingSurroundings): Promise<string> {
  let writer: SafetensorsWriter | null = null;
  try {
    return await readFiles([file], { kind: 'weights', path: file.path, name: file.name }, surroundings, (report) => {
      if (report.kind === 'tensors') {
        const tensors = report.tensors.map((tensor) => ({ ...tensor, dtype: 'F32' as const }));
        writer = new SafetensorsWriter(into, tensors, { from: file.name });
      } else if (writer && report.kind === 'values') {
        const { values } = report;
        writer.append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      } else if (writer && report.kind === 'read') {
        return writer.finish().sha256;
      } else throw expected('import.died', { how: tell('it answered something else') });
      return undefined;
    });
  } catch (thrown) {
    (writer as SafetensorsWriter | null)?.abandon();
    throw thrown;
  }
}
