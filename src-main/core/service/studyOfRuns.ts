/** A study made of runs that are there: each recipe with all its seeds is an arm, the first is held against the others. */
import type { Run } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import type { Arm, Claim } from '../../shared/study/plan.ts';
import type { Store, NewStudy } from '../store/open.ts';

/** Fails with `study.mixed`, `study.alike`, `run.unknown`. */
export function studyOfRuns(store: Store, asked: readonly string[]): { study: NewStudy; groups: Run[][] } {
  const chosen = asked.map((text) => store.findRun(text));
  const first = chosen[0] as Run;
  const other = chosen.find(({ data }) => data !== first.data);
  if (other) throw expected('study.mixed', { first: first.dataName, second: other.dataName });
  const groups = store.readSeeds(chosen.map(({ id }) => id)).map(({ members }) => members);
  if (groups.length < 2) throw expected('study.alike', { runs: chosen.length });
  const arms = namedApart(groups.map(([one]) => store.readRunDetail((one as Run).id)));
  const [one, ...others] = arms as [Arm, ...Arm[]];
  const claims = others.map((arm): Claim => ({
    says: 'higher',
    first: { arm: one.name, measure: 'accuracy' },
    second: { arm: arm.name, measure: 'accuracy' },
    margin: 0,
  }));
  const names = arms.map(({ name }) => name).join(', ');
  const study: NewStudy = {
    name: names.slice(0, 120),
    plan: { kind: 'own', arms, claims, equal: null, budgetSeconds: null, rung: null },
    data: first.data,
    deviceAsked: first.deviceAsked,
    seeds: Math.max(...groups.map((members) => new Set(members.map(({ seed }) => seed)).size)),
    provenance: store.readRunDetail(first.id).provenance,
  };
  return { study, groups };
}

/** Arms of recipes that were there before; networks of one name are numbered. */
function namedApart(details: readonly Pick<Arm, 'spec' | 'recipe'>[]): Arm[] {
  const used = new Map<string, number>();
  return details.map(({ spec, recipe }) => {
    const before = used.get(spec.name) ?? 0;
    used.set(spec.name, before + 1);
    return { name: before === 0 ? spec.name : `${spec.name.slice(0, 110)} (${before + 1})`, spec, recipe };
  });
}
