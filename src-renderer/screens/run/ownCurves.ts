/** The curves that some runs have and others do not: of the device, and those of other programs. Pure. */
import type { SeriesName } from '../../../src-main/shared/contract.ts';
import { say } from '../../../src-main/shared/language.ts';
import { shareInWords } from '../../../src-main/shared/words.ts';
import { digitsInWords, percentInWords, wholeInWords } from '../../words/axis.ts';

export interface OwnCurves {
  readonly title: string;
  readonly series: readonly { readonly name: SeriesName; readonly label: string }[];
  readonly format: (value: number) => string;
  readonly tick?: (value: number) => string;
  readonly share?: boolean;
}

const mebibytes = (value: number) => `${wholeInWords(value)} MiB`;

const deviceCurves = (): readonly OwnCurves[] => [
  {
    title: say('Card in use'),
    series: [{ name: 'device/utilisation', label: say('card') }],
    format: shareInWords,
    tick: percentInWords,
    share: true,
  },
  {
    title: say('Processors in use'),
    series: [{ name: 'process/processors', label: say('processors') }],
    format: digitsInWords,
  },
  {
    title: say('Memory'),
    series: [
      { name: 'device/memoryMiB', label: say('card') },
      { name: 'process/memoryMiB', label: say('program') },
    ],
    format: mebibytes,
    tick: wholeInWords,
  },
  { title: say('Temperature, °C'), series: [{ name: 'device/celsius', label: say('card') }], format: digitsInWords },
  { title: say('Power, W'), series: [{ name: 'device/watts', label: say('card') }], format: digitsInWords },
];

/** Charts for what a run has of them, each curve of another program in one of its own. */
export function ownCurves(names: readonly SeriesName[]): OwnCurves[] {
  const has = new Set(names);
  const ofDevice = deviceCurves().flatMap((chart) => {
    const series = chart.series.filter(({ name }) => has.has(name));
    return series.length > 0 ? [{ ...chart, series }] : [];
  });
  const imported = names
    .filter((name) => name.startsWith('tag/'))
    .map((name) => {
      const label = name.slice('tag/'.length);
      return { title: label, series: [{ name, label }], format: digitsInWords };
    });
  return [...imported, ...ofDevice];
}
