/** Files as torchvision's networks would leave them, with values drawn from their names (test/reference/weights.py). */
import { readFileSync, writeFileSync } from 'node:fs';
import { imagenetResNet, imagenetResNeXt } from '../../../src-main/shared/network/families.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { parseHeader, headerBytes, writeHeader } from '../../../src-main/shared/safetensors.ts';
import { even, spread } from '../network/values.ts';

export interface TorchCase {
  readonly name: 'basic' | 'grouped';
  /** Side of the images in pixels. */
  readonly size: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly logits: readonly number[];
}

interface Reference {
  readonly cases: readonly TorchCase[];
  /** A file of the safetensors library, in base64, and its values as float32. */
  readonly mixed: { readonly file: string; readonly values: Readonly<Record<string, readonly number[]>> };
}

export const reference = JSON.parse(
  readFileSync(new URL('../../reference/weights.json', import.meta.url), 'utf8'),
) as Reference;

/** One block in each of four stages, from 64 channels. */
export function torchSpec({ name, size }: TorchCase): Spec {
  const spec = name === 'basic' ? imagenetResNet(18) : imagenetResNeXt(50, 4, 16);
  return {
    ...spec,
    name,
    stages: spec.stages.map((stage) => ({ ...stage, blocks: 1 })),
    input: { height: size, width: size, channels: 3 },
    classes: 5,
  };
}

function valuesOf(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, side) => product * side, 1);
  if (name.endsWith('running_mean') || name.endsWith('bias')) return spread(name, count, 0.3);
  if (name.endsWith('running_var') || shape.length === 1) return even(name, count, 0.5, 1.5);
  return spread(name, count, Math.sqrt((1.5 * (shape[0] ?? 1)) / count));
}

/** The tensors of a case. @param classes rows of the last layer, 5 where left out */
export const torchTensors = (
  { shapes }: TorchCase,
  classes = 5,
): Map<string, { shape: number[]; values: Float32Array }> =>
  new Map(
    Object.entries(shapes).map(([name, [first = 0, ...others]]) => {
      const shape = [name.startsWith('fc.') ? classes : first, ...others];
      return [name, { shape, values: valuesOf(name, shape) }];
    }),
  );

export function writeTensors(
  path: string,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>,
): void {
  const header = writeHeader(
    [...tensors].map(([name, { shape }]) => ({ name, shape, dtype: 'F32' })),
    {},
  );
  writeFileSync(
    path,
    Buffer.concat([header, ...[...tensors.values()].map(({ values }) => Buffer.from(values.buffer))]),
  );
}

/** All float32 tensors of a file, by name. */
export function readTensors(path: string): Map<string, { shape: number[]; values: Float32Array }> {
  const bytes = readFileSync(path);
  const length = headerBytes(bytes.subarray(0, 8), bytes.length);
  const { tensors, dataOffset } = parseHeader(bytes.subarray(8, 8 + length).toString(), length, bytes.length);
  return new Map(
    [...tensors]
      .filter(([, { dtype }]) => dtype === 'F32')
      .map(
        ([
          name,
          {
            shape,
            data_offsets: [from, to],
          },
        ]) => {
          const data = Uint8Array.from(bytes.subarray(dataOffset + from, dataOffset + to));
          return [name, { shape, values: new Float32Array(data.buffer) }];
        },
      ),
  );
}
