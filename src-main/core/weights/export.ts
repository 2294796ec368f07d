/** A checkpoint's weights as a file for other programs. */
import type { Plan } from '../../shared/network/plan.ts';
import { ourNames, toTorch, torchNames, torchShape } from '../../shared/network/torchNames.ts';
import type { NewTensor } from '../../shared/safetensors.ts';
import { SafetensorsFile, writeSafetensors } from './file.ts';

export interface ExportedWeights {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly tensors: number;
  /** `torchvision`: names and layouts are those of its ResNets; `residua`: our own, where it has no such network. */
  readonly layout: 'torchvision' | 'residua';
}

/**
 * Writes the weights and running statistics by which a checkpoint's network is evaluated: moving averages where the run
 * kept some. What the optimiser keeps is left out. Under torchvision's names evaluation gives the same logits in PyTorch.
 * @param step written as the count of batches that torchvision's normalisations keep
 * @throws FormatError where the checkpoint is not of this plan; Expected as `writeSafetensors`
 */
export function exportWeights(checkpoint: string, plan: Plan, step: number, into: string): ExportedWeights {
  const opened = new SafetensorsFile(checkpoint);
  try {
    const valuesOf = (name: string, shape: readonly number[]): Float32Array => {
      const average = `average/${name}`;
      const stored = opened.header.tensors.has(average) ? average : name;
      return opened.values(
        stored,
        shape.reduce((product, size) => product * size, 1),
      );
    };
    const theirs = torchNames(plan);
    const parts: { readonly tensor: NewTensor; readonly data: () => ArrayBufferView }[] = [];
    const add = (name: string, shape: readonly number[], data: () => ArrayBufferView, dtype: 'F32' | 'I64' = 'F32') =>
      parts.push({ tensor: { name, dtype, shape }, data });
    if (theirs)
      for (const name of theirs) {
        add(name.theirs, torchShape(name), () => toTorch(valuesOf(name.ours, name.shape), name));
        if (name.ours.endsWith('/variance'))
          add(
            name.theirs.replace(/running_var$/, 'num_batches_tracked'),
            [],
            () => BigInt64Array.of(BigInt(step)),
            'I64',
          );
      }
    else for (const { ours, shape } of ourNames(plan)) add(ours, shape, () => valuesOf(ours, shape));
    const data = (function* () {
      for (const part of parts) {
        const { buffer, byteOffset, byteLength } = part.data();
        yield new Uint8Array(buffer, byteOffset, byteLength);
      }
    })();
    const metadata = { format: 'pt', producer: 'Residua', step: String(step), spec: JSON.stringify(plan.spec) };
    const tensors = parts.map(({ tensor }) => tensor);
    const written = writeSafetensors(into, tensors, data, metadata);
    return { file: into, ...written, tensors: tensors.length, layout: theirs ? 'torchvision' : 'residua' };
  } finally {
    opened.close();
  }
}
