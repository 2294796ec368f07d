/** Brings decoded images to the shape in which they are stored: channels first, then size. */
import sharp from 'sharp';
import type { Treatment } from '../shared/import.ts';
import type { Shape } from '../shared/network/spec.ts';

/** One decoded image: uint8, HWC, one channel (grey) or three (RGB). */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** Grey by the weights of ITU-R BT.601 in 16-bit integers, as Pillow's `convert('L')`; RGB of grey is three times the same. */
export function withChannels(pixels: Uint8Array, from: number, to: number): Uint8Array {
  if (from === to) return pixels;
  const count = pixels.length / from;
  const result = new Uint8Array(count * to);
  if (to === 1) {
    for (let index = 0, at = 0; index < count; index++, at += 3)
      result[index] =
        ((pixels[at] as number) * 19595 +
          (pixels[at + 1] as number) * 38470 +
          (pixels[at + 2] as number) * 7471 +
          0x8000) >>
        16;
  } else {
    for (let index = 0, at = 0; index < count; index++, at += 3)
      result[at] = result[at + 1] = result[at + 2] = pixels[index] as number;
  }
  return result;
}

/** Resized pixels of a picture that has the right channels already; Lanczos, edges as sharp makes them. */
async function resized(picture: Picture, { image, fit }: Treatment): Promise<Uint8Array> {
  const { width, height, channels } = picture;
  const raw = { width, height, channels: channels as 1 | 3 };
  let work = sharp(picture.pixels, { raw }).resize(image.width, image.height, {
    fit: fit === 'crop' ? 'cover' : 'contain',
    background: { r: 0, g: 0, b: 0 },
  });
  if (channels === 1) work = work.toColourspace('b-w');
  const { data, info } = await work.raw().toBuffer({ resolveWithObject: true });
  return withChannels(data, info.channels, channels);
}

/** The pixels of one picture as they are stored. */
export async function treat(picture: Picture, treatment: Treatment): Promise<Uint8Array> {
  const { image } = treatment;
  const pixels = withChannels(picture.pixels, picture.channels, image.channels);
  if (picture.height === image.height && picture.width === image.width) return pixels;
  return resized({ ...picture, channels: image.channels, pixels }, treatment);
}

/** Many pictures of one shape, one behind the other. */
export async function treatAll(pixels: Uint8Array, shape: Shape, treatment: Treatment): Promise<Uint8Array> {
  const { image } = treatment;
  const coloured = withChannels(pixels, shape.channels, image.channels);
  if (shape.height === image.height && shape.width === image.width) return coloured;
  const bytes = shape.height * shape.width * image.channels;
  const count = coloured.length / bytes;
  const results = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      resized(
        {
          height: shape.height,
          width: shape.width,
          channels: image.channels,
          pixels: coloured.subarray(index * bytes, (index + 1) * bytes),
        },
        treatment,
      ),
    ),
  );
  return Buffer.concat(results);
}

/** CHW planes of many images to HWC. */
export function interleaved(planes: Uint8Array, images: number, channels: number, pixels: number): Uint8Array {
  const result = new Uint8Array(planes.length);
  for (let image = 0, from = 0, to = 0; image < images; image++, from += channels * pixels) {
    if (channels === 3) {
      for (let pixel = 0; pixel < pixels; pixel++, to += 3) {
        result[to] = planes[from + pixel] as number;
        result[to + 1] = planes[from + pixels + pixel] as number;
        result[to + 2] = planes[from + 2 * pixels + pixel] as number;
      }
    } else
      for (let pixel = 0; pixel < pixels; pixel++)
        for (let channel = 0; channel < channels; channel++)
          result[to++] = planes[from + channel * pixels + pixel] as number;
  }
  return result;
}
