/**
 * Draws the pictures of the set `shapes`: one shape of random place, size, turn and colour on a shaded, noisy ground.
 *
 * Light on dark is as likely as dark on light, and every place and turn as any other, so that the mean pixel says
 * nothing about the class; a network has to find edges and how they meet. Each shape is its own mirror image.
 */
import type { Random } from './random.ts';

/** Side of a picture in pixels. */
export const side = 32;

/** Distance to the edge of a shape in its own coordinates (u, v), about one unit in radius; negative inside. */
type Outline = (u: number, v: number) => number;

const distance = (u: number, v: number) => Math.sqrt(u * u + v * v);
const box = (u: number, v: number, width: number, height: number) =>
  Math.max(Math.abs(u) - width, Math.abs(v) - height);
const disc: Outline = (u, v) => distance(u, v) - 1;

/** A straight line from the tip (1, 0) to the inner corner at radius 0.4, repeated around the circle. */
const starCorner = { u: 0.4 * Math.cos(Math.PI / 5), v: 0.4 * Math.sin(Math.PI / 5) };
const starEdge = distance(starCorner.u - 1, starCorner.v);
const star: Outline = (u, v) => {
  const sector = (2 * Math.PI) / 5;
  const angle = Math.atan2(v, u);
  const folded = Math.abs(angle - sector * Math.round(angle / sector));
  const radius = distance(u, v);
  const across = radius * Math.cos(folded) - 1;
  const up = radius * Math.sin(folded);
  return (across * starCorner.v - up * (starCorner.u - 1)) / starEdge;
};

/** Waves of this many radians a unit: about two and a half dark and light bands over the shape. */
const bands = 7.5;

/** Name → outline; the order is that of the labels. */
const outlines: Readonly<Record<string, Outline>> = {
  disc,
  ring: (u, v) => Math.abs(distance(u, v) - 0.75) - 0.2,
  square: (u, v) => box(u, v, 0.8, 0.8),
  triangle: (u, v) => Math.max(Math.abs(u) * 0.8660254037844386 + v * 0.5, -v) - 0.5,
  cross: (u, v) => Math.min(box(u, v, 1, 0.28), box(u, v, 0.28, 1)),
  star,
  bar: (u, v) => box(u, v, 1.1, 0.24),
  stripes: (u, v) => Math.max(disc(u, v), Math.sin(bands * u) / bands),
  checks: (u, v) => Math.max(disc(u, v), (Math.sin(bands * u) * Math.sin(bands * v)) / bands),
  pair: (u, v) => Math.min(distance(u - 0.6, v), distance(u + 0.6, v)) - 0.42,
};

/** Class names; the label is the place. */
export const shapeNames: readonly string[] = Object.keys(outlines);
const outlineOf = Object.values(outlines);

/** Three channels of a colour around a brightness, 0 to 255. */
function colour(random: Random, brightness: number): [number, number, number] {
  const channel = () => brightness + random.between(-45, 45);
  return [channel(), channel(), channel()];
}

/** Draws one picture: `side` × `side` × 3 uint8 values into `into` from `at`. A pure function of the label and the numbers. */
export function draw(label: number, random: Random, into: Uint8Array, at: number): void {
  const outline = outlineOf[label]!;
  const radius = random.between(8, 13);
  const centreX = random.between(radius * 0.85, side - radius * 0.85);
  const centreY = random.between(radius * 0.85, side - radius * 0.85);
  const turn = random.between(0, 2 * Math.PI);
  const [alongX, alongY] = [Math.cos(turn) / radius, Math.sin(turn) / radius];
  const dark = random.between(45, 110);
  const light = dark + random.between(85, 115);
  const inverted = random.bits() % 2 === 0;
  const shape = colour(random, inverted ? dark : light);
  const ground = colour(random, inverted ? light : dark);
  const slope = colour(random, 0);
  const noise = random.between(4, 20) / 255;
  const shade = random.between(0, 2 * Math.PI);
  const [shadeX, shadeY] = [Math.cos(shade) / side, Math.sin(shade) / side];

  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [right, down] = [x + 0.5 - centreX, y + 0.5 - centreY];
      const edge = outline(right * alongX + down * alongY, down * alongX - right * alongY) * radius;
      const cover = edge >= 0.5 ? 0 : edge <= -0.5 ? 1 : 0.5 - edge;
      const lean = (x - side / 2) * shadeX + (y - side / 2) * shadeY;
      const grain = random.bits();
      for (let channel = 0; channel < 3; channel++) {
        const behind = ground[channel]! + slope[channel]! * lean;
        const value =
          behind + (shape[channel]! - behind) * cover + (((grain >>> (8 * channel)) & 255) - 127.5) * 2 * noise;
        into[at++] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
}
