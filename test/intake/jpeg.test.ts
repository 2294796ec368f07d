/** Plain JPEGs are decoded apart from all others, and it must not show. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { decode } from '../../src-main/intake/image.ts';
import { decodePlain } from '../../src-main/intake/jpeg.ts';
import { ordinaryLimits } from '../../src-main/shared/import.ts';
import { drawing } from '../fixtures/mutation/mutate.ts';

/** An image with slow and fast changes, as photographs have. */
function pictured(height: number, width: number, channels: 1 | 3, seed: number) {
  const draw = drawing(seed);
  const pixels = Uint8Array.from(
    { length: height * width * channels },
    (_, at) => 128 + 80 * Math.sin(at / (9 * channels) + seed) + draw(32),
  );
  return sharp(pixels, { raw: { height, width, channels } });
}

const bySharp = async (bytes: Uint8Array, channels: 1 | 3) => {
  const image = sharp(bytes).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { height: info.height, width: info.width, channels: info.channels, pixels: new Uint8Array(data) };
};

const side = fc.integer({ min: 1, max: 70 });

test('A plain JPEG of any size, quality and sampling decodes to the bytes of the image library', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(side, side, fc.constantFrom<1 | 3>(1, 3), fc.nat(1e6)),
      fc.integer({ min: 1, max: 100 }),
      fc.constantFrom('4:2:0', '4:4:4'),
      fc.boolean(),
      async ([height, width, channels, seed], quality, chromaSubsampling, optimiseCoding) => {
        const image = pictured(height, width, channels, seed);
        const coloured = channels === 1 ? image.toColourspace('b-w') : image;
        const bytes = await coloured.jpeg({ quality, chromaSubsampling, optimiseCoding }).toBuffer();
        assert.deepEqual(decodePlain(bytes), await bySharp(bytes, channels));
      },
    ),
    { numRuns: 150 },
  );
});

test('Turned, profiled, progressive, four-coloured and damaged JPEGs are left to the image library', async () => {
  const image = () => pictured(24, 40, 3, 5);
  const plain = await image().jpeg().toBuffer();
  const others = {
    turned: await image().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    profiled: await image().withIccProfile('p3').jpeg().toBuffer(),
    progressive: await image().jpeg({ progressive: true }).toBuffer(),
    'four-coloured': await image().toColourspace('cmyk').jpeg().toBuffer(),
    cut: plain.subarray(0, plain.length - 40),
    'without a scan': plain.subarray(0, plain.indexOf(Buffer.from([0xff, 0xda]))),
    'with two scans': Buffer.concat([plain, Buffer.from([0xff, 0xda, 0, 8])]),
    large: await pictured(600, 600, 3, 1).jpeg().toBuffer(),
  };
  assert.deepEqual(
    Object.entries(others).filter(([, bytes]) => decodePlain(bytes) !== null),
    [],
  );
  const { height, width } = await decode(others.turned, 'turned', ordinaryLimits);
  assert.deepEqual([height, width], [40, 24]);
});

test('A decoder that gave up on one image decodes the next', async () => {
  const plain = await pictured(16, 16, 3, 1).jpeg().toBuffer();
  const tables = plain.indexOf(Buffer.from([0xff, 0xc4]));
  const broken = Uint8Array.from(plain, (byte, at) => (at > tables + 4 && at < tables + 21 ? 0xff : byte));
  const wanted = await bySharp(plain, 3);
  for (let round = 0; round < 50; round++) {
    assert.equal(decodePlain(broken), null);
    assert.deepEqual(decodePlain(plain), wanted);
  }
});
