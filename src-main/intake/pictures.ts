/** Single images for a trained network, brought to the shape in which a dataset stores them. */
import type { IntakeOrder } from '../shared/import.ts';
import { openFile } from './entry.ts';
import { decode } from './image.ts';
import { keepWithin } from './refuse.ts';
import { treat } from './treat.ts';

/**
 * Decodes images as an import does, its middle kept where the shape differs; uint8, NHWC.
 * @throws {Expected} with the codes `import.*`, which name the file
 */
export async function readPictures({
  files,
  image,
  limits,
}: Extract<IntakeOrder, { kind: 'images' }>): Promise<Uint8Array<ArrayBuffer>> {
  const size = image.height * image.width * image.channels;
  const pixels = new Uint8Array(files.length * size);
  for (const [index, { path, name }] of files.entries()) {
    const bytes = openFile(path, name);
    try {
      keepWithin(limits, 'entryBytes', bytes.length, name);
      const picture = await decode(bytes.at(0, bytes.length), name, limits);
      pixels.set(await treat(picture, { image, fit: 'crop', holdOut: 0, seed: 0 }), index * size);
    } finally {
      bytes.close();
    }
  }
  return pixels;
}
