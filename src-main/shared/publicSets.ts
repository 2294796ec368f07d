/** Public datasets that papers on residual networks use, and where people fetch them. */
import type { LinkId } from './desktop.ts';
import type { Words } from './language.ts';

export const publicSets = [
  {
    name: 'CIFAR-10',
    link: 'data.cifar',
    address: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    images: 60_000,
    shape: '32 × 32 RGB',
    classes: 10,
    files: 'cifar-10-binary.tar.gz or cifar-10-python.tar.gz',
  },
  {
    name: 'CIFAR-100',
    link: 'data.cifar',
    address: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    images: 60_000,
    shape: '32 × 32 RGB',
    classes: 100,
    files: 'cifar-100-binary.tar.gz or cifar-100-python.tar.gz',
  },
  {
    name: 'MNIST',
    link: 'data.mnist',
    address: 'https://yann.lecun.com/exdb/mnist/',
    images: 70_000,
    shape: '28 × 28 grey',
    classes: 10,
    files: 'the four .gz files together',
  },
  {
    name: 'Fashion-MNIST',
    link: 'data.fashionMnist',
    address: 'https://github.com/zalandoresearch/fashion-mnist',
    images: 70_000,
    shape: '28 × 28 grey',
    classes: 10,
    files: 'the four .gz files together',
  },
  {
    name: 'SVHN',
    link: 'data.svhn',
    address: 'https://ufldl.stanford.edu/housenumbers/',
    images: 99_289,
    shape: '32 × 32 RGB',
    classes: 10,
    files: 'train_32x32.mat and test_32x32.mat together',
  },
] as const satisfies readonly {
  readonly name: string;
  readonly link: LinkId;
  readonly address: string;
  readonly images: number;
  readonly shape: Words;
  readonly classes: number;
  readonly files: Words;
}[];
