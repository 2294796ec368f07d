/** Figures of the papers whose source was read. Others are left out. */
import type { BuiltInKind } from './plan.ts';

export interface PaperFigure {
  readonly network: string;
  readonly dataset: string;
  /** Test error in percent. */
  readonly error: number;
  /** `shifted`: standardised, random crop out of a border of 4 pixels, mirrored. `oneCrop`: 224 × 224, top 1. */
  readonly preprocessing: 'shifted' | 'oneCrop';
  readonly statistic: 'best' | 'mean' | 'median' | 'single';
  readonly paper: string;
  /** Where it was read. */
  readonly place: 'repository' | 'abstract';
}

const ofDepth = {
  dataset: 'CIFAR-10',
  preprocessing: 'shifted',
  statistic: 'single',
  paper: 'Huang et al. 2016',
} as const;
const constant110: PaperFigure = { ...ofDepth, network: 'ResNet-110', error: 6.41, place: 'repository' };
const stochastic110: PaperFigure = { ...ofDepth, network: 'ResNet-110, P(L) = 0.5', error: 5.25, place: 'repository' };
const stochastic1202: PaperFigure = { ...ofDepth, network: 'ResNet-1202, P(L) = 0.5', error: 4.91, place: 'abstract' };

const imagenet = (network: string, error: number): PaperFigure => ({
  network,
  dataset: 'ImageNet',
  error,
  preprocessing: 'oneCrop',
  statistic: 'single',
  paper: 'Xie et al. 2016',
  place: 'repository',
});
const resnet50 = imagenet('ResNet-50 (1×64d)', 23.9);
const resnext50 = imagenet('ResNeXt-50 (32×4d)', 22.2);
const resnet101 = imagenet('ResNet-101 (1×64d)', 22.0);
const resnext101 = imagenet('ResNeXt-101 (32×4d)', 21.2);

const cifar = (network: string, dataset: string, error: number, paper: string): PaperFigure => ({
  network,
  dataset,
  error,
  preprocessing: 'shifted',
  statistic: 'median',
  paper,
  place: 'repository',
});
const wide = (network: string, dataset: string, error: number) =>
  cifar(network, dataset, error, 'Zagoruyko, Komodakis 2016');

/** By study; empty where no source was read. */
export const paperFigures: Readonly<Record<BuiltInKind, readonly PaperFigure[]>> = {
  depth: [constant110, stochastic110, stochastic1202],
  survival: [constant110, stochastic110, stochastic1202],
  wide: [
    wide('WRN-28-10', 'CIFAR-10', 4.0),
    cifar('ResNet-1001', 'CIFAR-10', 4.92, 'He et al. 2016'),
    wide('WRN-28-10', 'CIFAR-100', 19.25),
    wide('ResNet-1001', 'CIFAR-100', 22.71),
  ],
  dropout: [
    wide('WRN-28-10', 'CIFAR-10', 4.0),
    wide('WRN-28-10, p = 0.3', 'CIFAR-10', 3.89),
    wide('WRN-28-10', 'CIFAR-100', 19.25),
    wide('WRN-28-10, p = 0.3', 'CIFAR-100', 18.85),
  ],
  cardinality: [resnet50, resnext50, resnet101, resnext101, imagenet('ResNeXt-101 (64×4d)', 20.4)],
  halfDepth: [resnext50, resnet101, resnext101],
  forms: [],
  ensemble: [constant110, stochastic110],
};

/** Time of an epoch in a paper's program, with and without what the study asks about. */
export interface PaperTime {
  readonly network: string;
  readonly dataset: string;
  /** Seconds of an epoch. */
  readonly without: number;
  readonly with: number;
  readonly paper: string;
}

/** By study; only where the source was read, which is the authors' repository. */
export const paperTimes: { readonly [Kind in BuiltInKind]?: PaperTime } = {
  survival: { network: 'ResNet-110', dataset: 'CIFAR-10', without: 75, with: 60, paper: 'Huang et al. 2016' },
};
