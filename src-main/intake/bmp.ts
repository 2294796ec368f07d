/**
 * Windows bitmaps: uncompressed, 1, 4, 8, 24 or 32 bits a pixel (Microsoft, BITMAPFILEHEADER and BITMAPINFOHEADER). The
 * image library reads none.
 */
import { malformed, keepWithin } from './refuse.ts';
import type { IntakeLimits } from '../shared/import.ts';
import type { Picture } from './treat.ts';
import { tell, verbatim } from '../shared/told.ts';

export const isBmp = (head: Uint8Array): boolean => head[0] === 0x42 && head[1] === 0x4d;

/** Size and depth from the header. @throws malformed, or `import.limit` for too many pixels */
function headerOf(bytes: Uint8Array, file: string, limits: IntakeLimits) {
  if (bytes.length < 54)
    throw malformed(file, tell('a bitmap header of 54 bytes'), tell('{count} bytes', { count: bytes.length }));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, signedHeight] = [view.getInt32(18, true), view.getInt32(22, true)];
  const height = Math.abs(signedHeight);
  const [bits, packing] = [view.getUint16(28, true), view.getUint32(30, true)];
  if (view.getUint32(14, true) < 40 || width < 1 || height < 1)
    throw malformed(file, tell('a bitmap with a size'), tell('{width} × {height}', { width, height: signedHeight }));
  keepWithin(limits, 'pixels', width * height, file);
  if (![1, 4, 8, 24, 32].includes(bits) || packing !== 0)
    throw malformed(
      file,
      tell('a bitmap that is not packed, of 1, 4, 8, 24 or 32 bits'),
      tell('{bits} bits, packing {packing}', { bits, packing }),
    );
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const from = view.getUint32(10, true);
  if (from < 54 || from + rowBytes * height > bytes.length)
    throw malformed(
      file,
      tell('{count} bytes of pixels', { count: rowBytes * height }),
      verbatim(Math.max(0, bytes.length - from)),
    );
  const colours = bits <= 8 ? view.getUint32(46, true) || 2 ** bits : 0;
  const palette = 14 + view.getUint32(14, true);
  if (colours > 256 || palette + 4 * colours > from)
    throw malformed(file, tell('a table of colours before the pixels'), tell('{colours} colours', { colours }));
  return { width, height, bits, rowBytes, from, isUpsideDown: signedHeight > 0, colours, palette };
}

/** Height and width alone. */
export function measureBmp(bytes: Uint8Array, file: string, limits: IntakeLimits) {
  const { height, width } = headerOf(bytes, file, limits);
  return { height, width, channels: 3 };
}

/** Decodes to RGB. */
export function readBmp(bytes: Uint8Array, file: string, limits: IntakeLimits): Picture {
  const { width, height, bits, rowBytes, from, isUpsideDown, colours, palette } = headerOf(bytes, file, limits);
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0, to = 0; row < height; row++) {
    const line = from + (isUpsideDown ? height - 1 - row : row) * rowBytes;
    for (let column = 0; column < width; column++, to += 3) {
      let at: number;
      if (bits >= 24) at = line + column * (bits / 8);
      else {
        const bit = column * bits;
        const index = ((bytes[line + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
        if (index >= colours)
          throw malformed(file, tell('colours up to {count}', { count: colours - 1 }), verbatim(index));
        at = palette + 4 * index;
      }
      pixels[to] = bytes[at + 2] as number;
      pixels[to + 1] = bytes[at + 1] as number;
      pixels[to + 2] = bytes[at] as number;
    }
  }
  return { height, width, channels: 3, pixels };
}
