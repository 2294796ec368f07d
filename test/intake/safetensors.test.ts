/** Files of weights: what the safetensors library wrote is read value by value; everything else is refused in words. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { readWeights } from '../../src-main/intake/safetensors.ts';
import { describeFailure, Expected } from '../../src-main/shared/failure.ts';
import type { IntakeReport } from '../../src-main/shared/import.ts';
import { reference } from '../core/weights/torchFile.ts';
import { temporaryFolder } from '../core/temporaryFolder.ts';

const whole = Buffer.from(reference.mixed.file, 'base64');

async function read(context: TestContext, bytes: Uint8Array): Promise<IntakeReport[] | string> {
  const path = join(temporaryFolder(context), 'w.safetensors');
  writeFileSync(path, bytes);
  const said: IntakeReport[] = [];
  try {
    await readWeights(
      path,
      'w.safetensors',
      (report) => said.push(report),
      () => Promise.resolve(),
    );
    return said;
  } catch (thrown) {
    if (thrown instanceof Expected) return describeFailure(thrown.failure).title;
    throw thrown;
  }
}

/** A file with this header and so many bytes of data. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

const single = (values: number[], dtype: string, bytes: Uint8Array) =>
  Buffer.concat([fileOf({ t: { dtype, shape: [values.length], data_offsets: [0, bytes.length] } }, 0), bytes]);

test('Every dtype is read as float32, value by value, and counts of batches are left out', async (context) => {
  const said = await read(context, whole);
  assert.ok(Array.isArray(said));
  const [head, ...others] = said;
  assert.equal(head?.kind, 'tensors');
  const names = head.tensors.map(({ name }) => name);
  const values = others.flatMap((report) => (report.kind === 'values' ? [[...report.values]] : []));
  const { batches: _, ...wanted } = reference.mixed.values;
  assert.deepEqual(Object.fromEntries(names.map((name, at) => [name, values[at]])), wanted);
  assert.equal(others.at(-1)?.kind, 'read');
});

test('Headers of every length are read, those that begin like other formats included', async (context) => {
  const header = JSON.stringify({ t: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
  for (const length of [0x80, 0x180, 0x4b50])
    assert.ok(Array.isArray(await read(context, fileOf(header.padEnd(length), 4))), `header of ${length} bytes`);
});

test('What is damaged or something else is refused with what was expected and found', async (context) => {
  const tensor = (data_offsets: number[], shape = [2], dtype = 'F32') => ({ dtype, shape, data_offsets });
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [whole.subarray(0, whole.length - 1), /should lie in \d+ bytes of its own/],
    [whole.subarray(0, 5), /a header of 8 bytes was expected, the file has 5/],
    [fileOf({}, 0), /found no tensor of real numbers/],
    [fileOf('{"t":', 0), /the header is not JSON/],
    [fileOf([1], 0), /the header is not an object/],
    [
      Buffer.concat([Buffer.alloc(7, 255), Buffer.of(1), Buffer.alloc(8)]),
      /the header claims \d+ bytes, the file has 16/,
    ],
    [fileOf({ a: tensor([0, 8]), b: tensor([4, 12]) }, 12), /b should lie in 8 bytes of its own/],
    [fileOf({ a: tensor([0, 4]) }, 8), /a should lie in 8 bytes of its own/],
    [fileOf({ a: tensor([0, 8], [2], 'F8') }, 8), /a is described in an unknown way/],
    [Buffer.from('PK\u0003\u0004 and more'), /found a PyTorch file, which can run code when it is read/],
    [Buffer.of(0x80, 2, 0x8a, 10, 0, 0, 0, 0, 0), /found a PyTorch file/],
    [
      single([NaN], 'F32', Buffer.from(Float32Array.of(NaN).buffer)),
      /expected finite numbers, found a value in t that is none/,
    ],
    [single([1e300], 'F64', Buffer.from(Float64Array.of(1e300).buffer)), /expected finite numbers/],
  ];
  for (const [bytes, wanted] of cases) {
    const found = await read(context, bytes);
    assert.match(typeof found === 'string' ? found : 'read', wanted);
  }
});
