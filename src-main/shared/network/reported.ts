/** Errors that the papers print, in percent, each with what it was measured on and where it stands. */
import type { Preset } from '../contract.ts';
import { tell, verbatim } from '../told.ts';
import type { Told } from '../told.ts';

export type Reported = Preset['reported'][number];

type Kind = Reported['kind'];

const row =
  (dataset: string, preprocessing: Told, source: Told) =>
  (error: number, kind: Kind): Reported => ({ dataset, error, kind, preprocessing, source });

const shifted = tell('shifted by up to 4 pixels and mirrored');
const reflected = tell('shifted by up to 4 pixels and mirrored, reflected border');
const inTable = (paper: string, table: number) => tell('{paper}, table {table}', { paper, table });
const inRuns = (paper: string | Told, runs: number) => tell('{paper}, {runs} runs', { paper, runs });
const ofDeviation = (border: Told) => tell('mean and deviation; {shifted}', { shifted: border });

const he2015 = 'He et al. 2015';
const xie = 'Xie et al. 2016';
const zagoruyko = 'Zagoruyko and Komodakis 2016';

const heTable = row('CIFAR-10', tell('mean of each pixel subtracted; {shifted}', { shifted }), inTable(he2015, 6));
const preact = (dataset: string, batch: number | null = null) => {
  const source = inRuns(tell('{paper}, tables 2 and 4', { paper: 'He et al. 2016' }), 5);
  return row(dataset, shifted, batch === null ? source : tell('{source}, batch {batch}', { source, batch }));
};
const depth = (dataset: string, first: number | null = null) => {
  const source = tell('{paper}, final version', { paper: 'Huang et al. 2016' });
  return row(
    dataset,
    tell('{shifted}; epoch of the best validation error', { shifted }),
    first === null ? source : tell('{source} ({first} in the first version)', { source, first }),
  );
};
const whitened = (dataset: string) =>
  row(dataset, tell('ZCA whitening; {shifted}', { shifted: reflected }), verbatim(zagoruyko));
const standardised = (dataset: string) => row(dataset, ofDeviation(reflected), inRuns(zagoruyko, 5));
const resnext = (dataset: string) =>
  row(
    dataset,
    ofDeviation(shifted),
    tell('{source} (with pre-activated blocks and batch 256, say the authors)', { source: inRuns(xie, 10) }),
  );
const tenCrops = row(
  'ImageNet',
  tell('10 crops, top 1'),
  tell('{source} (stride in the first 1×1 of a bottleneck)', { source: inTable(he2015, 3) }),
);
const oneCrop = (source: Told) => row('ImageNet', tell('one crop of 224 pixels, top 1'), source);

/** By preset. A network that is not here has no figure that we read. */
export const reported: Readonly<Record<string, readonly Reported[]>> = {
  resnet20: [heTable(8.75, 'single')],
  resnet32: [heTable(7.51, 'single')],
  resnet44: [heTable(7.17, 'single')],
  resnet56: [heTable(6.97, 'single')],
  resnet110: [heTable(6.43, 'best'), heTable(6.61, 'mean')],
  resnet1202: [heTable(7.93, 'single')],
  preresnet110: [preact('CIFAR-10')(6.37, 'median')],
  preresnet164: [preact('CIFAR-10')(5.46, 'median'), preact('CIFAR-100')(24.33, 'median')],
  preresnet1001: [
    preact('CIFAR-10')(4.92, 'median'),
    preact('CIFAR-10')(4.89, 'mean'),
    preact('CIFAR-10', 64)(4.62, 'median'),
    preact('CIFAR-10', 64)(4.69, 'mean'),
    preact('CIFAR-100')(22.71, 'median'),
    preact('CIFAR-100')(22.68, 'mean'),
  ],
  'resnet110-sd': [depth('CIFAR-10', 5.23)(5.25, 'single'), depth('CIFAR-100', 24.58)(24.98, 'single')],
  'resnet1202-sd': [depth('CIFAR-10')(4.91, 'single')],
  'wrn-16-4': [standardised('CIFAR-10')(5.02, 'median'), standardised('CIFAR-100')(24.03, 'median')],
  'wrn-16-8': [
    standardised('CIFAR-10')(4.27, 'median'),
    standardised('CIFAR-100')(20.43, 'median'),
    whitened('CIFAR-10')(4.81, 'single'),
    whitened('CIFAR-100')(22.07, 'single'),
  ],
  'wrn-28-10': [
    standardised('CIFAR-10')(4.0, 'median'),
    standardised('CIFAR-100')(19.25, 'median'),
    whitened('CIFAR-10')(4.17, 'single'),
    whitened('CIFAR-100')(20.5, 'single'),
  ],
  'wrn-28-10-dropout': [standardised('CIFAR-10')(3.89, 'median'), standardised('CIFAR-100')(18.85, 'median')],
  'wrn-40-1': [whitened('CIFAR-10')(6.85, 'single'), whitened('CIFAR-100')(30.89, 'single')],
  'wrn-40-2': [whitened('CIFAR-10')(5.33, 'single'), whitened('CIFAR-100')(26.04, 'single')],
  'wrn-40-4': [
    standardised('CIFAR-10')(4.53, 'median'),
    standardised('CIFAR-100')(21.18, 'median'),
    whitened('CIFAR-10')(4.97, 'single'),
    whitened('CIFAR-100')(22.89, 'single'),
  ],
  'resnext29-8x64d': [resnext('CIFAR-10')(3.65, 'mean'), resnext('CIFAR-100')(17.77, 'mean')],
  'resnext29-16x64d': [resnext('CIFAR-10')(3.58, 'mean'), resnext('CIFAR-100')(17.31, 'mean')],
  resnet34: [tenCrops(24.52, 'single')],
  resnet50: [tenCrops(22.85, 'single'), oneCrop(inTable(xie, 3))(23.9, 'single')],
  resnet101: [tenCrops(21.75, 'single'), oneCrop(inTable(xie, 3))(22.0, 'single')],
  resnet152: [tenCrops(21.43, 'single')],
  'resnext50-32x4d': [oneCrop(inTable(xie, 3))(22.2, 'single')],
  'resnext101-64x4d': [oneCrop(inTable(xie, 4))(20.4, 'single')],
  'wide-resnet50-2': [oneCrop(tell('{paper}, authors’ program', { paper: zagoruyko }))(21.9, 'single')],
};
