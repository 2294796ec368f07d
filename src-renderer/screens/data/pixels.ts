/** Images of a dataset as the browser draws them. */
import type { Shape } from '../../../src-main/shared/network/spec.ts';

/** RGBA of image `index` of uint8 NHWC pixels; one channel is grey, further ones than three are left out. */
export function rgbaOf(
  pixels: Uint8Array,
  index: number,
  { height, width, channels }: Shape,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(height * width * 4);
  const start = index * height * width * channels;
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      rgba[pixel * 4 + channel] = pixels[start + pixel * channels + (channels < 3 ? 0 : channel)] ?? 0;
    rgba[pixel * 4 + 3] = 255;
  }
  return rgba;
}

export const imageData = (pixels: Uint8Array, index: number, shape: Shape): ImageData =>
  new ImageData(rgbaOf(pixels, index, shape), shape.width, shape.height);
