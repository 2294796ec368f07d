/** A study as it is shown: what its runs and measurements have told so far, and what is left to do. */
import type { ArmResult, Run, StudyDetail } from '../../shared/contract.ts';
import { judge } from '../../shared/study/judge.ts';
import { turnsSeconds } from '../../shared/study/pace.ts';
import { isRepeated, isTimed, isTrained } from '../../shared/study/plan.ts';
import type { StudyPlan } from '../../shared/study/plan.ts';
import { extentOf, fullExtent, formsSeconds } from '../../shared/study/scale.ts';
import { findDataset } from '../dataset/library.ts';
import type { Store, StoredStudy } from '../store/open.ts';
import type { Context } from './context.ts';
import { secondsLeftOf } from './line.ts';
import { dueProbes, dueSeeds, isThrough } from './studyMeasuring.ts';
import { armResult, finishedBySeed, samplesIn } from './studyResults.ts';

/** @param measuring repetitions of the measurement under way that are done */
export function studyDetail({ options, store }: Context, id: string, measuring: number): StudyDetail {
  const study = store().readStudy(id);
  const { plan } = study;
  const runs = store().studyRuns(id);
  const dataset = datasetOf(options.home, study.data);
  const images = dataset?.splits.find(({ name }) => name === 'train')?.images ?? 1;
  const arms = plan.arms.map((arm, place) => armResult(store(), study, { arm, place }, runs[place] ?? [], images));
  const { finding, parts, moreSeeds } = judge(plan.claims, samplesIn(arms), study.judged);
  const work = workLeft(store(), study, arms, runs, measuring);
  const state = study.isStopped ? ('stopped' as const) : work.isLeft ? ('running' as const) : ('over' as const);
  return {
    study: {
      id,
      name: study.name,
      kind: plan.kind,
      data: study.data,
      dataName: dataset?.name ?? study.data,
      seeds: study.seeds,
      state,
      progress: state === 'over' ? 1 : work.progress,
      secondsLeft: state === 'running' ? work.secondsLeft : null,
      finding: state === 'over' ? finding : null,
      createdAtMs: study.createdAtMs,
    },
    plan,
    dataset,
    arms,
    parts: [...parts],
    moreSeeds,
    moreSeconds: moreSeeds === null ? null : secondsOfSeed(runs, plan) * moreSeeds,
    grown: study.judged,
    extent: dataset && isTrained(plan) ? extentOf(plan, dataset) : null,
    fullExtent: dataset && plan.kind !== 'own' && isTrained(plan) ? fullExtent(plan.kind, dataset) : null,
    provenance: { ...study.provenance },
    problems: [
      ...runs.flatMap((own, arm) =>
        own.flatMap(({ failure }) => (failure ? [{ arm: plan.arms[arm]?.name ?? null, failure }] : [])),
      ),
      ...(study.problem ? [{ arm: null, failure: study.problem }] : []),
    ],
  };
}

function workLeft(
  store: Store,
  study: StoredStudy,
  arms: readonly ArmResult[],
  runs: readonly (readonly Run[])[],
  measuring: number,
) {
  const all = runs.flat();
  const going = all.filter((run) => !isThrough(run));
  const probes = study.problem ? 0 : dueProbes(store, study, runs).length;
  const repetitions = study.problem ? 0 : dueSeeds(study).length;
  const trained = all.reduce((sum, run) => sum + (isThrough(run) ? 1 : run.step / Math.max(1, run.steps)), 0);
  const [repeated, repeats] = isRepeated(study.plan) ? [study.seeds - repetitions + measuring, study.seeds] : [0, 0];
  const share = (trained + repeated) / Math.max(1, all.length + probes + repeats);
  const earlier = going.length > 0 ? store.pacedRuns().map((id) => store.readRunDetail(id)) : [];
  const left = new Map(going.map(({ id }) => [id, secondsLeftOf(store.readRunDetail(id), earlier)]));
  const steps = repetitions > 0 ? stepSecondsOf(arms, runs, left) : [];
  const turns =
    repetitions > 0 && isTimed(study.plan) ? (repetitions - measuring) * turnsSeconds(study.plan, steps) : 0;
  const isOpen = repetitions > 0 && !isTrained(study.plan);
  const isKnown =
    probes === 0 && !isOpen && !Number.isNaN(turns) && [...left.values()].every((seconds) => seconds !== null);
  return {
    isLeft: going.length > 0 || probes > 0 || repetitions > 0,
    progress: Math.min(1, share),
    secondsLeft: isKnown ? [...left.values()].reduce<number>((sum, seconds) => sum + (seconds ?? 0), turns) : null,
  };
}

/** Seconds of a step of each arm, as its runs took or are expected to take; NaN where nothing is known. */
const stepSecondsOf = (
  arms: readonly ArmResult[],
  runs: readonly (readonly Run[])[],
  left: ReadonlyMap<string, number | null>,
): number[] =>
  arms.map(({ measured }, arm) => {
    const took = measured.find(({ measure }) => measure === 'seconds')?.mean;
    const own = runs[arm] ?? [];
    if (took !== undefined) return took / (own[0]?.steps ?? NaN);
    const going = own.find(({ id }) => left.get(id) != null);
    return going ? (left.get(going.id) ?? NaN) / Math.max(1, going.steps - going.step) : NaN;
  });

/** A dataset may be gone when its study is looked at. */
function datasetOf(home: string, id: string): StudyDetail['dataset'] {
  try {
    return findDataset(home, id);
  } catch {
    return null;
  }
}

/** Seconds of one more seed of every arm, as the finished ones took in the mean; of forms, what a repetition takes. */
function secondsOfSeed(runs: readonly (readonly Run[])[], plan: StudyPlan): number {
  if (!isTrained(plan)) return formsSeconds;
  return runs.reduce((sum, own) => {
    const took = finishedBySeed(own).map(
      ({ startedAtMs, endedAtMs }) => ((endedAtMs ?? 0) - (startedAtMs ?? 0)) / 1000,
    );
    return took.length === 0 ? sum : sum + took.reduce((total, seconds) => total + seconds, 0) / took.length;
  }, 0);
}
