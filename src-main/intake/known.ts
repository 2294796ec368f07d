/**
 * Public sets by the MD5 of their files, as their authors or the libraries that fetch them publish it: CIFAR
 * (www.cs.toronto.edu/~kriz/cifar.html and torchvision), MNIST and Fashion-MNIST (torchvision; unpacked files), SVHN
 * (ufldl.stanford.edu/housenumbers, torchvision), MNIST as Keras has it.
 */
import { createHash } from 'node:crypto';
import type { Entry, Source } from './entry.ts';

interface KnownSet {
  readonly name: string;
  /** Names of the classes, where the files have none. */
  readonly classes?: readonly string[];
  /** Every one of them must be there: bytes and MD5. */
  readonly files: readonly (readonly [number, string])[];
}

const fashionClasses = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

const knownSets: readonly KnownSet[] = [
  { name: 'CIFAR-10', files: [[170_498_071, 'c58f30108f718f92721af3b95e74349a']] },
  { name: 'CIFAR-10', files: [[170_052_171, 'c32a1d4ab5d03f1284b67883e8d87530']] },
  { name: 'CIFAR-100', files: [[169_001_437, 'eb9058c3a382ffc7106e4002c42a8d85']] },
  { name: 'CIFAR-100', files: [[168_513_733, '03b5dce01913d631647c71ecec9e9cb8']] },
  {
    name: 'CIFAR-10',
    files: [
      [31_035_704, 'c99cafc152244af753f735de768cd75f'],
      [31_035_320, 'd4bba439e000b95fd0a9bffe97cbabec'],
      [31_035_999, '54ebc095f3ab1f0389bbae665268c751'],
      [31_035_696, '634d18415352ddfa80567beed471001a'],
      [31_035_623, '482c414d41f54cd18b22e5b47cb7c3cb'],
      [31_035_526, '40351d587109b95175f43aff81a1287e'],
    ],
  },
  {
    name: 'CIFAR-10',
    files: [
      [30_730_000, '5dd7e06a14cb22eb9f671a540d1b7c25'],
      [30_730_000, '5ea93a67294ea407fff1d09f752e9692'],
      [30_730_000, '942cd6a4bcdd0dd3c604fbe906cb4421'],
      [30_730_000, 'ae636b3ba5c66a11e91e8cb52e771fcb'],
      [30_730_000, '53f37980c15c3d472c316c40844f3f0d'],
      [30_730_000, '803d5f7f4d78ea53de84dbe85f74fb6d'],
    ],
  },
  {
    name: 'CIFAR-100',
    files: [
      [153_700_000, '6172c7755cfe09b2fe270c85cebc1b15'],
      [30_740_000, '4499cfba6c016c1be1438163640a0898'],
    ],
  },
  {
    name: 'MNIST',
    files: [
      [47_040_016, '6bbc9ace898e44ae57da46a324031adb'],
      [60_008, 'a25bea736e30d166cdddb491f175f624'],
      [7_840_016, '2646ac647ad5339dbf082846283269ea'],
      [10_008, '27ae3e4e09519cfbb04c329615203637'],
    ],
  },
  { name: 'MNIST', files: [[11_490_434, '8a61469f7ea1b51cbae51d4f78837e45']] },
  {
    name: 'Fashion-MNIST',
    classes: fashionClasses,
    files: [
      [47_040_016, 'f4a8712d7a061bf5bd6d2ca38dc4d50a'],
      [60_008, '9018921c3c673c538a1fc5bad174d6f9'],
      [7_840_016, '8181f5470baa50b63fa0f6fddb340f0a'],
      [10_008, '15d484375f8d13e6eb1aabb0c3f46965'],
    ],
  },
  {
    name: 'SVHN',
    files: [
      [182_040_794, 'e26dedcc434d2e4c54c9b2d4a06d8373'],
      [64_275_384, 'eb5a983be6a315427106f1b164d9cef3'],
    ],
  },
];

/** More files than any of these sets has. */
const mostEntries = 64;

/** Sizes that are worth a look: those of the first file of each set and all others that go with it. */
function sizesOf(sets: readonly KnownSet[]): Set<number> {
  return new Set(sets.flatMap(({ files }) => files.map(([bytes]) => bytes)));
}

async function md5Of(entry: Entry, sizes: ReadonlySet<number>): Promise<string | null> {
  if (entry.bytes !== null && !sizes.has(entry.bytes)) return null;
  const most = Math.max(...sizes);
  const hash = createHash('md5');
  let length = 0;
  for await (const chunk of entry.stream()) {
    length += chunk.length;
    if (length > most) return null;
    hash.update(chunk);
  }
  return sizes.has(length) ? hash.digest('hex') : null;
}

/** The public set that was dropped, or null. Only files of the right size are read. `sets`: for tests. */
export async function knownSet(source: Source, sets: readonly KnownSet[] = knownSets): Promise<KnownSet | null> {
  const sizes = sizesOf(sets);
  const entries = source.entries.length <= mostEntries ? source.entries : [];
  const sums = new Set<string>();
  const found = () => sets.find(({ files }) => files.every(([, sum]) => sums.has(sum))) ?? null;
  for (const entry of source.dropped ? [source.dropped, ...entries] : entries) {
    const sum = await md5Of(entry, sizes);
    if (sum === null) continue;
    sums.add(sum);
    const known = found();
    if (known) return known;
  }
  return null;
}
