/** A study as it is shown: what its runs and measurements have told so far, and what is left to do. */
import type { Run, StudyDetail } from '../../shared/contract.ts';
import { judge } from '../../shared/study/judge.ts';
import { isTrained } from '../../shared/study/plan.ts';
import type { StudyPlan } from '../../shared/study/plan.ts';
import { extentOf, fullExtent, formsSeconds } from '../../shared/study/scale.ts';
import { findDataset } from '../dataset/library.ts';
import type { Store, StoredStudy } from '../store/open.ts';
import type { Context } from './context.ts';
import { secondsLeftOf } from './line.ts';
import { dueProbes, dueSeeds, isThrough } from './studyMeasuring.ts';
import { armResult, finishedBySeed, samplesIn } from './studyResults.ts';

/** @param measuring share of the measurement under way that is done */
export function studyDetail({ options, store }: Context, id: string, measuring: number): StudyDetail {
  const study = store().readStudy(id);
  const { plan } = study;
  const runs = store().studyRuns(id);
  const dataset = datasetOf(options.home, study.data);
  const images = dataset?.splits.find(({ name }) => name === 'train')?.images ?? 1;
  const arms = plan.arms.map((arm, place) => armResult(store(), study, { arm, place }, runs[place] ?? [], images));
  const { finding, parts, moreSeeds } = judge(plan.claims, samplesIn(arms));
  const work = workLeft(store(), study, runs, measuring);
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

function workLeft(store: Store, study: StoredStudy, runs: readonly (readonly Run[])[], measuring: number) {
  const all = runs.flat();
  const going = all.filter((run) => !isThrough(run));
  const probes = study.problem ? 0 : dueProbes(store, study, runs).length;
  const repetitions = study.problem ? 0 : dueSeeds(study).length;
  const trained = all.reduce((sum, run) => sum + (isThrough(run) ? 1 : run.step / Math.max(1, run.steps)), 0);
  const share = isTrained(study.plan)
    ? trained / Math.max(1, all.length + probes)
    : (study.seeds - repetitions * (1 - measuring)) / study.seeds;
  const earlier = going.length > 0 ? store.pacedRuns().map((id) => store.readRunDetail(id)) : [];
  const left = going.map(({ id }) => secondsLeftOf(store.readRunDetail(id), earlier));
  const isKnown = probes === 0 && repetitions === 0 && left.every((seconds) => seconds !== null);
  return {
    isLeft: going.length > 0 || probes > 0 || repetitions > 0,
    progress: Math.min(1, share),
    secondsLeft: isKnown ? left.reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0) : null,
  };
}

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
