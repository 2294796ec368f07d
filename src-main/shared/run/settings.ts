/** A run's recipe and network as flat fields, `recipe.learningRate` → 0.1: for filters, columns, axes and differences. */
import { describe } from '../network/cost.ts';
import { expand } from '../network/expand.ts';
import type { Spec } from '../network/spec.ts';
import type { Recipe } from '../recipe.ts';

export type Setting = string | number | boolean | null;
/** By dotted path; what is a list is its JSON. */
export type Settings = Readonly<Record<string, Setting>>;

/** The family of what came from another program: it tells neither network nor recipe, and what stands for them is a filler. */
export const importedFamily = 'imported';

/** What a network costs, beside its settings. */
export function costOf(spec: Spec): Settings {
  const { macs, expectedMacs, depth } = describe(expand(spec));
  return { 'cost.macs': macs, 'cost.expectedMacs': expectedMacs, 'cost.depth': depth };
}

/** Every leaf of a recipe (`recipe.…`) and of a spec (`network.…`). */
export function settingsOf({ recipe, spec }: { readonly recipe: Recipe; readonly spec: Spec }): Settings {
  const settings: Record<string, Setting> = {};
  flatten(recipe, 'recipe', settings);
  flatten(spec, 'network', settings);
  return settings;
}

function flatten(value: unknown, path: string, into: Record<string, Setting>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [key, part] of Object.entries(value)) flatten(part, `${path}.${key}`, into);
  else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    into[path] = value;
  else if (value !== undefined) into[path] = JSON.stringify(value);
}

/** The same text for runs that differ in nothing but their seed, and in how they were watched. */
export function settingsKey(run: { readonly recipe: Recipe; readonly spec: Spec; readonly data: string }): string {
  const {
    'recipe.seed': _seed,
    'recipe.watchEvery': _watch,
    'network.name': _name,
    ...others
  } = settingsOf(run) as Record<string, Setting>;
  return JSON.stringify([run.data, Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Fields in which some differ, each with a value for every run; null where a run has no such field. */
export function differingSettings(all: readonly Settings[]): Record<string, Setting[]> {
  const keys = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const lists = keys.map((key) => [key, all.map((settings) => settings[key] ?? null)] as const);
  return Object.fromEntries(lists.filter(([, values]) => new Set(values).size > 1));
}
