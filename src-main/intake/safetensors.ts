/** Files of weights in the safetensors format: checked as a whole, then said tensor by tensor as float32. */
import type { IntakeReport } from '../shared/import.ts';
import { FormatError, headerBytes, parseHeader, valueBytes } from '../shared/safetensors.ts';
import type { Header, StoredTensor } from '../shared/safetensors.ts';
import { openFile } from './entry.ts';
import type { Bytes } from './entry.ts';
import { malformed, shown } from './refuse.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

const wanted = tell('weights in the safetensors format');
const convert = tell(
  'a PyTorch file, which can run code when it is read; in Python, safetensors.torch.save_file(model.state_dict(), "weights.safetensors") makes one',
);
/** Values in one report. */
const pieceValues = 1024 * 1024;
const mostTensors = 100_000;
const mostNameLength = 200;

/** What the first bytes say of files that are often taken for weights; null for none of them. */
function otherFormat(head: Uint8Array): Told | null {
  // A header begins at byte 8; its length before it may look like anything.
  if (head[8] === 0x7b) return null;
  const begins = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  if (begins(0x50, 0x4b) || begins(0x80)) return convert;
  if (begins(0x89, 0x48, 0x44, 0x46)) return tell('an HDF5 file, as Keras writes them');
  return null;
}

function readHeader(bytes: Bytes, name: string): Header {
  const other = otherFormat(bytes.at(0, Math.min(9, bytes.length)));
  if (other) throw malformed(name, wanted, other);
  try {
    const length = headerBytes(bytes.at(0, Math.min(8, bytes.length)), bytes.length);
    const header = parseHeader(new TextDecoder().decode(bytes.at(8, length)), length, bytes.length);
    if (header.tensors.size > mostTensors)
      throw new FormatError(
        tell('at most {most} tensors are read, it has {size}', { most: mostTensors, size: header.tensors.size }),
      );
    return header;
  } catch (thrown) {
    if (thrown instanceof FormatError) throw malformed(name, wanted, thrown.told);
    throw thrown;
  }
}

/** 1 + mantissa / 1024 at an exponent of 5 bits (IEEE 754 binary16). */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

const readers: Record<StoredTensor['dtype'], (view: DataView, at: number) => number> = {
  F32: (view, at) => view.getFloat32(at, true),
  F64: (view, at) => view.getFloat64(at, true),
  F16: (view, at) => halfOf(view.getUint16(at, true)),
  // The upper half of a float32.
  BF16: (view, at) => {
    view.setUint32(0, view.getUint16(at, true) << 16, true);
    return view.getFloat32(0, true);
  },
  I64: (view, at) => Number(view.getBigInt64(at, true)),
};

/** Values of any dtype, little-endian, as float32. */
function asFloat32(bytes: Uint8Array, dtype: StoredTensor['dtype']): Float32Array<ArrayBuffer> {
  const size = valueBytes[dtype];
  // Four bytes of room before the values, where BF16 puts its wider ones together.
  const copy = new Uint8Array(4 + bytes.length);
  copy.set(bytes, 4);
  const view = new DataView(copy.buffer);
  return Float32Array.from({ length: bytes.length / size }, (_, index) => readers[dtype](view, 4 + index * size));
}

/**
 * Says which tensors a file has and then their values, in the same order. Whole numbers (counts of batches) are left out.
 * @throws {Expected} `import.malformed` where it is no such file, is not whole, or holds values that are no numbers
 */
export async function readWeights(
  path: string,
  name: string,
  say: (report: IntakeReport) => void,
  room: () => Promise<void>,
): Promise<void> {
  const bytes = openFile(path, name);
  try {
    const { tensors, dataOffset } = readHeader(bytes, name);
    const taken = [...tensors].filter(([tensor, { dtype }]) => dtype !== 'I64' && tensor.length <= mostNameLength);
    if (taken.length === 0) throw malformed(name, wanted, tell('no tensor of real numbers'));
    say({ kind: 'tensors', tensors: taken.map(([tensor, { shape }]) => ({ name: tensor, shape: [...shape] })) });
    for (const [
      tensor,
      {
        dtype,
        data_offsets: [from, to],
      },
    ] of taken) {
      const step = pieceValues * valueBytes[dtype];
      for (let at = from; at < to; at += step) {
        const values = asFloat32(bytes.at(dataOffset + at, Math.min(step, to - at)), dtype);
        if (!values.every(Number.isFinite))
          throw malformed(
            name,
            tell('finite numbers'),
            tell('a value in {tensor} that is none', { tensor: shown(tensor) }),
          );
        say({ kind: 'values', values });
        await room();
      }
    }
    say({ kind: 'read' });
  } finally {
    bytes.close();
  }
}
