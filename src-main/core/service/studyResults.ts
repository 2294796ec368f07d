/** What a study has found so far, read from its runs and measurements. */
import type { ArmResult, Run } from '../../shared/contract.ts';
import { stepsPerEpoch } from '../../shared/duration.ts';
import { depthOf, expectedMacs, planCost } from '../../shared/network/cost.ts';
import { expand } from '../../shared/network/expand.ts';
import { bandOf } from '../../shared/run/band.ts';
import type { Points } from '../../shared/run/curve.ts';
import type { Probe, ProbeKind } from '../../shared/run/probe.ts';
import { probeKinds } from '../../shared/run/probe.ts';
import { spreadOf } from '../../shared/run/verdict.ts';
import type { Sample } from '../../shared/run/verdict.ts';
import { measureNames } from '../../shared/study/plan.ts';
import type { Arm, MeasureName, Side } from '../../shared/study/plan.ts';
import type { Store, StoredStudy } from '../store/open.ts';

/** A whole curve in as many points as a chart has room for; the first and the last are among them. */
const wholeCurve = { fromStep: undefined, toStep: undefined, smoothing: undefined, points: 400 };
/** A training step costs about three forward passes. */
const passesOfStep = 3;

/** One finished run of each seed, the newest where one was trained again. */
export const finishedBySeed = (runs: readonly Run[]): Run[] => [
  ...new Map(runs.filter(({ status }) => status === 'finished').map((run) => [run.seed, run])).values(),
];

/** The newest probe of each kind, of the checkpoint that a run ended with. */
export function probesOf(store: Store, run: Run): Map<ProbeKind, Probe> {
  const probes = store.watched.probes(run.id).filter(({ step }) => step === run.step);
  return new Map(probes.map((probe) => [probe.kind, probe]));
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** All steps at the pace behind the first reading: the first steps also choose kernels and fill caches. Null without two. */
function steadySeconds({ steps, values }: Points): number | null {
  const [last, first] = [steps.at(-1), steps[0]];
  if (last === undefined || first === undefined || last === first) return values.at(-1) ?? null;
  return ((values.at(-1)! - values[0]!) / (last - first)) * last;
}

/** What is measured of a finished run. */
function valuesOf(store: Store, run: Run): Partial<Record<MeasureName, number>> {
  const probes = probesOf(store, run);
  const [removal, average] = [probes.get('removal'), probes.get('average')];
  const seconds = steadySeconds(store.readCurve(run.id, 'clock/trainingSeconds', wholeCurve));
  return {
    ...(run.test ? { accuracy: run.test.accuracy } : {}),
    ...(seconds === null ? {} : { seconds }),
    ...(removal ? { removalLoss: removal.baseline.accuracy - mean(removal.accuracy) } : {}),
    ...(average ? { averageAccuracy: average.accuracy.at(-1) ?? NaN, wholeAccuracy: average.baseline.accuracy } : {}),
  };
}

/** A curve at other steps, between its points along straight lines. */
function at(points: Points, step: number): number {
  const { steps, values } = points;
  const next = steps.findIndex((other) => other >= step);
  if (next < 0) return values.at(-1) ?? NaN;
  if (next === 0 || steps[next] === step) return values[next] ?? NaN;
  const share = (step - steps[next - 1]!) / (steps[next]! - steps[next - 1]!);
  return values[next - 1]! + share * (values[next]! - values[next - 1]!);
}

function curveOf(store: Store, runs: readonly Run[], macsPerStep: number, perEpoch: number): ArmResult['curve'] {
  const accuracies = runs.map(({ id }) => store.readCurve(id, 'test/accuracy', wholeCurve));
  const clocks = runs.map(({ id }) => store.readCurve(id, 'clock/trainingSeconds', wholeCurve));
  const { steps, mean: centre, margin } = bandOf(accuracies, 'interval');
  return {
    x: steps.map((step) => step / perEpoch),
    mean: centre,
    margin,
    seconds: steps.map((step) => mean(clocks.map((clock) => at(clock, step)))),
    macs: steps.map((step) => step * macsPerStep),
  };
}

/** One accuracy for each place on the axis: several draws of one number of blocks are averaged. */
function pointsOf({ x, accuracy }: Probe): Points {
  const places = [...new Set(x)].sort((a, b) => a - b);
  return {
    steps: Float64Array.from(places),
    values: Float64Array.from(places, (place) => mean(accuracy.filter((_, index) => x[index] === place))),
  };
}

function probeCurves(store: Store, runs: readonly Run[]): ArmResult['probes'] {
  const probes = runs.map((run) => probesOf(store, run));
  return probeKinds.flatMap((kind) => {
    const own = probes.flatMap((each) => each.get(kind) ?? []);
    if (own.length === 0) return [];
    const { steps, mean: centre, margin } = bandOf(own.map(pointsOf), 'interval');
    return [{ kind, x: steps, mean: centre, margin }];
  });
}

/** @param images of the training split */
export function armResult(
  store: Store,
  study: StoredStudy,
  arm: { readonly arm: Arm; readonly place: number },
  runs: readonly Run[],
  images: number,
): ArmResult {
  const { name, spec, recipe } = arm.arm;
  const plan = expand(spec);
  const finished = finishedBySeed(runs);
  const cost = planCost(plan);
  const ofRuns = finished.map((run) => ({ seed: run.seed, values: valuesOf(store, run) }));
  const beside = study.measured.filter((each) => each.arm === arm.place);
  const measured = measureNames.flatMap((measure): ArmResult['measured'] => {
    const samples: Sample[] = [
      ...ofRuns.flatMap(({ seed, values }) => {
        const value = values[measure];
        return value === undefined || Number.isNaN(value) ? [] : [{ seed, value }];
      }),
      ...beside.filter((each) => each.measure === measure).map(({ seed, value }) => ({ seed, value })),
    ];
    if (samples.length === 0) return [];
    const { mean: centre, margin } = spreadOf(samples.map(({ value }) => value));
    return [{ measure, samples, mean: centre, margin: samples.length < 2 ? null : margin }];
  });
  const macs = expectedMacs(plan);
  return {
    name,
    runs: runs.map(({ id }) => id),
    finished: finished.length,
    parameters: cost.parameters,
    macs: cost.macs,
    expectedMacs: macs,
    layers: depthOf(plan),
    measured,
    curve: curveOf(store, finished, macs * recipe.batch * passesOfStep, stepsPerEpoch(images, recipe.batch)),
    probes: probeCurves(store, finished),
  };
}

/** What the judge asks for. */
export const samplesIn =
  (arms: readonly ArmResult[]) =>
  ({ arm, measure }: Side): readonly Sample[] =>
    arms.find(({ name }) => name === arm)?.measured.find((each) => each.measure === measure)?.samples ?? [];
