import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeFrame, encodeFrame, FrameError, FrameReader } from '../../src-main/shared/frame.ts';

const key = fc.string({ maxLength: 8 }).filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
const leaf = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 20 }),
  fc.int32Array({ maxLength: 9 }),
  fc.float32Array({ maxLength: 9 }),
  fc.float64Array({ maxLength: 9 }),
);
const message = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(key, tie('node'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).node;

/** The frame of an envelope written by hand. */
function frameOf(json: string, attachments = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(json);
  const jsonBytes = Math.ceil(text.length / 8) * 8;
  const frame = new Uint8Array(8 + jsonBytes + attachments.length).fill(0x20);
  new DataView(frame.buffer).setUint32(0, frame.length, true);
  new DataView(frame.buffer).setUint32(4, jsonBytes, true);
  frame.set(text, 8);
  frame.set(attachments, 8 + jsonBytes);
  return frame;
}

test('every message comes back as it was', () => {
  fc.assert(fc.property(message, (sent) => assert.deepStrictEqual(decodeFrame(encodeFrame(sent)), sent)));
});

test('a stream of frames is cut rightly wherever its chunks end', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (sent, sizes) => {
        const bytes = Buffer.concat(sent.map((one) => encodeFrame(one)));
        const reader = new FrameReader();
        const received: unknown[] = [];
        for (let from = 0, turn = 0; from < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] as number;
          reader.push(bytes.subarray(from, from + size), (message) => received.push(message));
          from += size;
        }
        assert.deepStrictEqual({ received, pending: reader.pendingBytes }, { received: sent, pending: 0 });
      },
    ),
  );
});

test('damaged frames are refused or decode to some message, and nothing else happens', () => {
  fc.assert(
    fc.property(
      message,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
      (sent, damage) => {
        const frame = encodeFrame(sent);
        for (const [place, value] of damage) frame[place % frame.length] = value;
        try {
          decodeFrame(frame);
        } catch (thrown) {
          assert.ok(thrown instanceof FrameError, String(thrown));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('attachments do not share memory with the frame and lie at multiples of eight', () => {
  const frame = encodeFrame({ a: Uint8Array.of(1), b: Float64Array.of(2) });
  const decoded = decodeFrame(frame) as { a: Uint8Array; b: Float64Array };
  const before = { bytes: frame.length % 8, last: new Float64Array(frame.buffer, frame.length - 8)[0] };
  frame.fill(0);
  assert.deepStrictEqual(
    { before, decoded },
    { before: { bytes: 0, last: 2 }, decoded: { a: Uint8Array.of(1), b: Float64Array.of(2) } },
  );
});

const refused: [string, Uint8Array][] = [
  ['an empty frame', new Uint8Array(0)],
  ['a frame shorter than announced', encodeFrame('abcdefghijkl').subarray(0, 16)],
  ['something that is not JSON', frameOf('{"message":')],
  ['another envelope', frameOf('{"attachments":[],"message":1}')],
  ['a poisoned key', frameOf('{"message":{"__proto__":{"polluted":true}},"attachments":[]}')],
  ['an escaped poisoned key', frameOf('{"message":{"\\u005f_proto__":{}},"attachments":[]}')],
  ['an attachment into the prototype', frameOf('{"message":{},"attachments":[[["__proto__"],"Uint8Array",0]]}')],
  ['an attachment in an inherited place', frameOf('{"message":{},"attachments":[[["toString"],"Uint8Array",0]]}')],
  ['an attachment over a value', frameOf('{"message":1,"attachments":[[[],"Uint8Array",0]]}')],
  ['an unknown attachment type', frameOf('{"message":null,"attachments":[[[],"toString",0]]}')],
  [
    'an attachment beyond the end',
    frameOf('{"message":null,"attachments":[[[],"Float64Array",2]]}', new Uint8Array(8)),
  ],
  ['an attachment of negative length', frameOf('{"message":null,"attachments":[[[],"Float64Array",-1]]}')],
  ['bytes nobody described', frameOf('{"message":null,"attachments":[]}', new Uint8Array(8))],
  ['endless nesting', frameOf(`{"message":${'['.repeat(100_000)}${']'.repeat(100_000)},"attachments":[]}`)],
];
for (const [what, frame] of refused)
  test(`${what} is refused`, () => assert.throws(() => decodeFrame(frame), FrameError));

test('what came whole before rubbish is handed over first', () => {
  const received: unknown[] = [];
  const bytes = Buffer.concat([encodeFrame('one'), encodeFrame('two'), Buffer.alloc(16, 0xff)]);
  assert.throws(() => new FrameReader().push(bytes, (message) => received.push(message)), FrameError);
  assert.deepStrictEqual(received, ['one', 'two']);
});

test('a frame that announces more than the limit is refused before it is gathered', () => {
  const header = new Uint8Array(8);
  new DataView(header.buffer).setUint32(0, 0xffffffff, true);
  assert.throws(() => new FrameReader().push(header, () => undefined), FrameError);
});

for (const value of [
  Number.NaN,
  Infinity,
  () => 1,
  1n,
  undefined,
  new Date(0),
  new Map(),
  new BigInt64Array(1),
  [undefined],
])
  test(`${Object.prototype.toString.call(value)} ${String(value)} cannot be sent`, () =>
    assert.throws(() => encodeFrame(value), FrameError));
