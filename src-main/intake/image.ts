/**
 * Images as files: PNG, JPEG, WebP and the first frame of GIF through sharp, bitmaps through our own reader. The kind is told
 * by the first bytes; every other reader of the image library is switched off.
 */
import sharp from 'sharp';
import type { IntakeLimits } from '../shared/import.ts';
import { isBmp, measureBmp, readBmp } from './bmp.ts';
import { decodePlain } from './jpeg.ts';
import { keepWithin, malformed } from './refuse.ts';
import type { Picture } from './treat.ts';
import { tell, verbatim } from '../shared/told.ts';

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
});
sharp.cache(false);
// Many images are in work at a time, one thread each.
sharp.concurrency(1);

export type ImageKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp';

/** The kind of image that these first 12 bytes begin. */
export function imageKind(head: Uint8Array): ImageKind | null {
  const text = String.fromCharCode(...head.subarray(0, 12));
  if (text.startsWith('\u0089PNG\r\n\u001a\n')) return 'png';
  if (text.startsWith('\u00ff\u00d8\u00ff')) return 'jpeg';
  if (text.startsWith('RIFF') && text.slice(8) === 'WEBP') return 'webp';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'gif';
  return isBmp(head) ? 'bmp' : null;
}

const secondsPerImage = 20;

/** `limitInputPixels`: false to look at the header alone. */
const open = (bytes: Uint8Array, limitInputPixels: number | false) =>
  sharp(bytes, {
    failOn: 'error',
    limitInputPixels,
    unlimited: false,
    animated: false,
    sequentialRead: true,
  });

/** What the image library says of a broken file, as a part of a sentence. */
function explain(thrown: unknown, file: string): Error {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const words = message
    .split('\n')[0]
    ?.trim()
    .slice(0, 160)
    .replace(/[.: ]+$/, '');
  return malformed(file, tell('an image'), words ? verbatim(words) : tell('something else'));
}

const unknown = (file: string) => malformed(file, tell('a PNG, JPEG, WebP, GIF or BMP image'), tell('something else'));

/** Height, width and channels (1 for grey, else 3) from the header, turned as it will be. */
export async function measure(bytes: Uint8Array, file: string, limits: IntakeLimits) {
  const kind = imageKind(bytes.subarray(0, 12));
  if (!kind) throw unknown(file);
  if (kind === 'bmp') return measureBmp(bytes, file, limits);
  let facts;
  try {
    facts = await open(bytes, false).metadata();
  } catch (thrown) {
    throw explain(thrown, file);
  }
  const { width, height, channels, orientation = 1 } = facts;
  keepWithin(limits, 'pixels', width * height, file);
  const [upright, across] = orientation >= 5 ? [width, height] : [height, width];
  return { height: upright, width: across, channels: channels <= 2 ? 1 : 3 };
}

/** Decodes to 8 bits grey or RGB, upright; what is transparent lies on white. */
export async function decode(bytes: Uint8Array, file: string, limits: IntakeLimits): Promise<Picture> {
  const kind = imageKind(bytes.subarray(0, 12));
  if (!kind) throw unknown(file);
  if (kind === 'bmp') return readBmp(bytes, file, limits);
  const plain = kind === 'jpeg' ? decodePlain(bytes) : null;
  if (plain) {
    keepWithin(limits, 'pixels', plain.height * plain.width, file);
    return plain;
  }
  try {
    const { data, info } = await open(bytes, limits.pixels)
      .timeout({ seconds: secondsPerImage })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels !== 1 && channels !== 3) throw new Error(`${channels} channels`);
    return { height, width, channels, pixels: data };
  } catch (thrown) {
    throw explain(thrown, file);
  }
}
