/** Applies a choice of pixels to images in memory: what the training graph does to them, for showing. */
import type { Shape } from '../../shared/network/spec.ts';
import type { PixelChoice } from './augment.ts';

/**
 * @param pixels uint8, NHWC. @param mean for each channel, 0 to 255: the cut-out square, which in training is 0 after
 * scaling. @returns uint8, NHWC.
 */
export function choosePixels(
  pixels: Uint8Array,
  { height, width, channels }: Shape,
  { rows, columns, cutRows, cutColumns }: PixelChoice,
  mean: readonly number[],
): Uint8Array {
  const result = new Uint8Array(pixels.length);
  const images = pixels.length / (height * width * channels);
  let to = 0;
  for (let image = 0; image < images; image += 1)
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const row = rows[image * height + y] as number;
        const column = columns[image * width + x] as number;
        const isCut = cutRows?.[image * height + y] === 1 && cutColumns?.[image * width + x] === 1;
        const isOutside = row === height || column === width;
        const from = ((image * height + row) * width + column) * channels;
        for (let channel = 0; channel < channels; channel += 1, to += 1) {
          if (isCut) result[to] = Math.round(mean[channel] ?? 0);
          else result[to] = isOutside ? 0 : (pixels[from + channel] as number);
        }
      }
  return result;
}
