/** The charts of a study in a language: what the page and the report show alike. Pure. */
import type { ArmResult, StudyDetail } from '../contract.ts';
import { probeKinds } from '../run/probe.ts';
import { studyChart } from './chart.ts';
import type { StudyLine } from './chart.ts';
import type { Speech } from './words/words.ts';

export interface Figure {
  readonly title: string;
  readonly svg: string;
}

/** Accuracy at equal epochs, device-seconds and multiply-adds; then what is left without blocks. */
export function figuresOf({ arms }: StudyDetail, { words, number, count, percent }: Speech): Figure[] {
  const { charts } = words;
  const axes: readonly {
    title: string;
    xLabel: string;
    x: (curve: ArmResult['curve']) => Float64Array;
    xWords: (value: number) => string;
  }[] = [
    { title: charts.byEpoch, xLabel: charts.epochs, x: (curve) => curve.x, xWords: number },
    {
      title: charts.bySeconds,
      xLabel: charts.seconds,
      x: (curve) => curve.seconds,
      xWords: (value) => number(value, 1),
    },
    { title: charts.byMacs, xLabel: charts.macs, x: (curve) => curve.macs, xWords: count },
  ];
  const drawn = (
    title: string,
    xLabel: string,
    lines: readonly StudyLine[],
    xWords: (value: number) => string,
  ): Figure[] =>
    lines.every(({ x }) => x.length === 0)
      ? []
      : [
          {
            title,
            svg: studyChart({
              title: words.about(title, charts.accuracy),
              xLabel,
              lines,
              xWords,
              yWords: (value) => percent(value, Number.isInteger(Math.round(value * 1000) / 10) ? 0 : 1),
            }),
          },
        ];
  const probeLabels = { removal: charts.removed, depth: charts.kept, average: charts.averaged } as const;
  return [
    ...axes.flatMap(({ title, xLabel, x, xWords }) =>
      drawn(
        title,
        xLabel,
        arms.map(({ name, curve }) => ({ name, x: x(curve), y: curve.mean, margin: curve.margin })),
        xWords,
      ),
    ),
    ...probeKinds.flatMap((kind) =>
      drawn(
        charts[kind],
        probeLabels[kind],
        arms.flatMap(({ name, probes }) => {
          const probe = probes.find((each) => each.kind === kind);
          return probe ? [{ name, x: probe.x, y: probe.mean, margin: probe.margin }] : [];
        }),
        number,
      ),
    ),
  ];
}
