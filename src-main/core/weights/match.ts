/** Which tensors of a file are the weights of a network: under our own names, or under torchvision's. */
import { expected } from '../../shared/failure.ts';
import type { Plan } from '../../shared/network/plan.ts';
import { fromTorch, ourNames, torchNames, torchShape } from '../../shared/network/torchNames.ts';
import type { TorchName } from '../../shared/network/torchNames.ts';
import type { Header } from '../../shared/safetensors.ts';
import type { SafetensorsFile } from './file.ts';
import { tell } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

/** One variable of the network, and where its values come from. */
interface Matched {
  readonly name: Omit<TorchName, 'theirs'>;
  /** The tensor of the file; null: all zeros. */
  readonly tensor: string | null;
  readonly convert: (values: Float32Array) => Float32Array;
}

export interface Match {
  readonly layout: 'residua' | 'torchvision';
  readonly variables: readonly Matched[];
  /** Whether the last layer begins at zero, because the file tells other classes apart. */
  readonly newHead: boolean;
}

/** What may lie in a file beside the weights: the optimiser's, and counts of batches. */
const isBeside = (name: string) =>
  /^(velocity|firstMoment|secondMoment|average)\//.test(name) || name.endsWith('num_batches_tracked');

const sizesOf = (shape: readonly number[]) => shape.join(' × ') || 'one value';
const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/**
 * Finds every weight of a network in a file. The last layer alone may have another number of classes; it then begins at
 * zero, as in Kolesnikov et al. 2020, section 3.2.
 * @param file its name, for messages
 * @throws Expected `weights.misfit` where a weight is missing, has another shape, or the file has some that belong nowhere
 */
export function matchWeights(plan: Plan, { tensors }: Header, file: string): Match {
  const misfit = (problem: Told) => expected('weights.misfit', { file, network: plan.spec.name, problem });
  const own = ourNames(plan);
  const isOwn = own.some(({ ours }) => tensors.has(ours));
  const theirs = isOwn ? null : torchNames(plan);
  if (!isOwn && !theirs)
    throw misfit(
      tell(
        'it has none of the names of this network, which torchvision does not have, so that only files that Residua exported fit',
      ),
    );
  const prefix = [...tensors.keys()].every((name) => name.startsWith('module.')) ? 'module.' : '';
  const found = theirs
    ? theirs.map((name) => ({
        name,
        tensor: prefix + name.theirs,
        shape: torchShape(name),
        convert: (values: Float32Array) => fromTorch(values, name),
      }))
    : own.map((name) => ({ name, tensor: name.ours, shape: name.shape, convert: (values: Float32Array) => values }));

  let newHead = false;
  const isHead = (name: Omit<TorchName, 'theirs'>) => own.slice(-2).some(({ ours }) => ours === name.ours);
  const variables = found.map(({ name, tensor, shape, convert }): Matched => {
    const stored = tensors.get(tensor);
    if (stored && sameShape(stored.shape, shape)) return { name, tensor, convert };
    if (stored && isHead(name) && stored.shape.length === shape.length) {
      newHead = true;
      return { name, tensor: null, convert };
    }
    throw misfit(
      stored
        ? tell("{tensor} has the shape {shape}, and the network's is {own}", {
            tensor,
            shape: sizesOf(stored.shape),
            own: sizesOf(shape),
          })
        : tell('it has no {tensor}', { tensor }),
    );
  });
  const wanted = new Set(found.map(({ tensor }) => tensor));
  const left = [...tensors.keys()].find((name) => !wanted.has(name) && !isBeside(name));
  if (left) throw misfit(tell('it has {left}, for which the network has no place', { left }));
  return {
    layout: isOwn ? 'residua' : 'torchvision',
    newHead,
    // A head of other classes begins anew as a whole.
    variables: variables.map((each) => (newHead && isHead(each.name) ? { ...each, tensor: null } : each)),
  };
}

/** The values of the matched variables in their order, one after the other. */
export function* matchedValues(file: SafetensorsFile, { variables }: Match): Generator<Uint8Array> {
  for (const { name, tensor, convert } of variables) {
    const count = name.shape.reduce((product, size) => product * size, 1);
    const values = tensor === null ? new Float32Array(count) : convert(file.values(tensor, count));
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
}
