/** Images small enough to be shown many at a time. */
import type { Shape } from '../../shared/network/spec.ts';

/** Longest side of a shown image, pixels; larger ones are reduced. */
const mostSide = 96;

/**
 * Reduces uint8 NHWC images by the smallest whole factor that brings both sides to 96 pixels or less: means over squares,
 * rounded; a rest at the right and lower edge is left out. Small images are returned as they are.
 */
export function thumbnails(pixels: Uint8Array, shape: Shape): { readonly image: Shape; readonly pixels: Uint8Array } {
  const factor = Math.ceil(Math.max(shape.height, shape.width) / mostSide);
  if (factor <= 1) return { image: shape, pixels };
  const { channels, width } = shape;
  const image = {
    height: Math.max(1, Math.floor(shape.height / factor)),
    width: Math.max(1, Math.floor(width / factor)),
    channels,
  };
  const [rows, columns] = [Math.min(factor, shape.height), Math.min(factor, width)];
  const images = pixels.length / (shape.height * width * channels);
  const result = new Uint8Array(images * image.height * image.width * channels);
  let to = 0;
  for (let each = 0; each < images; each++)
    for (let y = 0; y < image.height; y++)
      for (let x = 0; x < image.width; x++)
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let row = 0; row < rows; row++) {
            const start = ((each * shape.height + y * factor + row) * width + x * factor) * channels + channel;
            for (let column = 0; column < columns; column++) sum += pixels[start + column * channels]!;
          }
          result[to++] = Math.round(sum / (rows * columns));
        }
  return { image, pixels: result };
}
