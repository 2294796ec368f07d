/** The trials of a sweep: the settings that each of them has instead of the base. Pure. */
import { expected } from '../../shared/failure.ts';
import type { Spec } from '../../shared/network/spec.ts';
import { specSchema } from '../../shared/network/spec.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { recipeSchema } from '../../shared/recipe.ts';
import { getDotPath, safeParse } from '../../shared/schema.ts';
import type { SweepPlan, SweepSetting, Varied } from '../../shared/sweep.ts';
import { Draws } from '../batches/random.ts';
import { tell } from '../../shared/told.ts';
import { toldIssue } from '../../shared/issue.ts';

/** Most trials of a grid. */
const mostTrials = 1000;

export interface Trial {
  readonly changes: Readonly<Record<string, SweepSetting>>;
  readonly spec: Spec;
  readonly recipe: Recipe;
}

/**
 * The trials of a sweep over a base, in order: a grid varies its last field fastest, random draws depend on the seed only.
 * @throws {Expected} `sweep.invalid` where a field does not exist, a value is not possible or there are too many trials
 */
export function trialsOf(
  { vary, trials, seed }: SweepPlan,
  base: { readonly spec: Spec; readonly recipe: Recipe },
): Trial[] {
  const all = trials === null ? grid(vary) : draws(vary, trials, seed);
  return all.map((changes) => ({ changes, ...changed(base, changes) }));
}

function grid(vary: readonly Varied[]): Record<string, SweepSetting>[] {
  let all: Record<string, SweepSetting>[] = [{}];
  for (const field of vary) {
    if (!('values' in field))
      throw expected('sweep.invalid', {
        field: field.path,
        problem: tell('a grid needs values; a range is for random trials'),
      });
    all = all.flatMap((changes) => field.values.map((value) => ({ ...changes, [field.path]: value })));
    if (all.length > mostTrials)
      throw expected('sweep.invalid', {
        field: field.path,
        problem: tell('a grid of more than {most} trials is too large', { most: mostTrials }),
      });
  }
  return all;
}

const draws = (vary: readonly Varied[], trials: number, seed: number): Record<string, SweepSetting>[] =>
  Array.from({ length: trials }, (_, trial) =>
    Object.fromEntries(vary.map((field, place) => [field.path, draw(field, new Draws(seed, 'sweep', place, trial))])),
  );

const noRange = {
  linear: 'there is no linear range from {from} to {to}',
  logarithmic: 'there is no logarithmic range from {from} to {to}',
  whole: 'there is no whole range from {from} to {to}',
} as const;

function draw(field: Varied, numbers: Draws): SweepSetting {
  const share = numbers.next() / 0x1_0000_0000;
  if ('values' in field) return field.values[Math.floor(share * field.values.length)] as SweepSetting;
  const { path, from, to, scale } = field;
  if (from > to || (scale === 'logarithmic' && from <= 0))
    throw expected('sweep.invalid', { field: path, problem: tell(noRange[scale], { from, to }) });
  if (scale === 'whole') return Math.floor(from + share * (Math.floor(to) - from + 1));
  const value = scale === 'linear' ? from + share * (to - from) : from * (to / from) ** share;
  // Four digits: what is read in a table is what was trained.
  return Number(value.toPrecision(4));
}

type Tree = Record<string, unknown>;

/** The base with changed fields, checked as a whole. */
function changed(base: { readonly spec: Spec; readonly recipe: Recipe }, changes: Trial['changes']) {
  const tree: Tree = structuredClone({ recipe: base.recipe, network: base.spec }) as unknown as Tree;
  for (const [path, value] of Object.entries(changes)) set(tree, path, value);
  const recipe = safeParse(recipeSchema, tree['recipe']);
  if (!recipe.success) throw invalid('recipe', recipe.issues[0]);
  const spec = safeParse(specSchema, tree['network']);
  if (!spec.success) throw invalid('network', spec.issues[0]);
  return { recipe: recipe.output, spec: spec.output };
}

const invalid = (part: string, issue: Parameters<typeof getDotPath>[0] & { message: string }) =>
  expected('sweep.invalid', { field: `${part}.${getDotPath(issue) ?? ''}`, problem: toldIssue(issue) });

function set(tree: Tree, path: string, value: SweepSetting): void {
  const parts = path.split('.');
  const last = parts.pop() as string;
  let holder: unknown = tree;
  for (const part of parts) holder = isTree(holder) ? holder[part] : undefined;
  if (parts.length === 0 || !isTree(holder) || !Object.hasOwn(holder, last))
    throw expected('sweep.invalid', { field: path, problem: tell('there is no such field in this recipe or network') });
  holder[last] = value;
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;
