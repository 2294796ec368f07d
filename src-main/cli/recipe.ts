/** Options that change a recipe: `--epochs 15`, `--set schedule.kind=cosine`. */
import type { Augmentation, Recipe } from '../shared/recipe.ts';
import { recipeSchema } from '../shared/recipe.ts';
import { divergences, noAugmentation, optimisers, schedules, usualStopping } from '../shared/recipeChoices.ts';
import { getDotPath, safeParse } from '../shared/schema.ts';
import type { Arguments } from './arguments.ts';
import { didYouMean, WrongUsage } from './arguments.ts';

const choices = { schedule: schedules, optimiser: optimisers, whenDiverged: divergences };

type Tree = { [key: string]: unknown };

/** `0.1`, `true`, `null`, `[0.5, 0.75]` and `0.5,0.75` are values; anything else is a word. */
function readValue(text: string): unknown {
  for (const candidate of [text, /^[\d.eE+-]+(,[\d.eE+-]+)+$/.test(text) ? `[${text}]` : ''])
    try {
      return JSON.parse(candidate);
    } catch {
      // Not JSON: tried on.
    }
  return text;
}

function setOne(recipe: Tree, key: string, value: unknown): void {
  const parts = key.split('.');
  const field = parts[0] as keyof typeof choices;
  if (Object.hasOwn(choices, field) && (key === field || key === `${field}.kind`)) {
    const kinds: Record<string, object> = choices[field];
    if (typeof value !== 'string' || !Object.hasOwn(kinds, value))
      throw new WrongUsage(`--set ${key} wants ${Object.keys(kinds).join(' or ')}`);
    recipe[field] = { ...kinds[value] };
    return;
  }
  if (key === 'augmentation' && (value === 'none' || value === 'auto')) {
    recipe['augmentation'] = value === 'none' ? { ...noAugmentation } : null;
    return;
  }
  if (parts[0] === 'earlyStopping' && parts.length > 1) recipe['earlyStopping'] ??= { ...usualStopping };
  const [whole = '', kind = ''] = parts;
  if ((whole === 'duration' || whole === 'warmUp') && parts.length === 2) {
    const known = ['epochs', 'steps', 'images'];
    if (!known.includes(kind)) {
      const near = known.map((each) => `${whole}.${each}`);
      throw new WrongUsage(`there is no --set ${key}${didYouMean(key, near)}`);
    }
    recipe[whole] = { [kind]: value };
    return;
  }
  let holder = recipe;
  for (const [index, part] of parts.entries()) {
    const known = Object.keys(holder);
    if (!Object.hasOwn(holder, part)) {
      const before = parts
        .slice(0, index)
        .map((name) => `${name}.`)
        .join('');
      const near = didYouMean(part, known, before);
      throw new WrongUsage(
        `there is no --set ${key}${near || `; known are ${known.map((name) => before + name).join(', ')}`}`,
      );
    }
    if (index === parts.length - 1) holder[part] = value;
    else {
      const next = holder[part];
      if (typeof next !== 'object' || next === null || Array.isArray(next))
        throw new WrongUsage(`--set ${key}: ${part} has no parts`);
      holder = next as Tree;
    }
  }
}

/**
 * The overrides that the options ask for, laid over `base`; `augmentation` is what the dataset would choose, so that its
 * parts can be set one by one. Only what was asked for is in the result. @throws {WrongUsage}
 */
export function recipeOverrides(given: Arguments, base: Recipe, augmentation: Augmentation): Partial<Recipe> {
  const epochs = given.whole('epochs', 1, 100_000);
  const steps = given.whole('steps', 1, 100_000_000);
  if (epochs !== undefined && steps !== undefined) throw new WrongUsage('--epochs and --steps exclude each other');
  const sets = given.texts('set').map((text) => {
    const found = /^([A-Za-z][\w.]*)=(.*)$/s.exec(text);
    if (!found) throw new WrongUsage(`--set wants key=value, not "${text}"`);
    return [found[1] as string, readValue(found[2] as string)] as const;
  });
  const touched = new Set(sets.map(([key]) => key.split('.')[0] as string));
  const recipe: Tree = structuredClone(base) as unknown as Tree;
  if (sets.some(([key]) => key.startsWith('augmentation.'))) recipe['augmentation'] = { ...augmentation };
  for (const [key, value] of sets) setOne(recipe, key, value);
  const take = (key: keyof Recipe, value: unknown) => {
    if (value === undefined) return;
    recipe[key] = value;
    touched.add(key);
  };
  take('duration', epochs === undefined ? undefined : { epochs });
  take('duration', steps === undefined ? undefined : { steps });
  take('batch', given.whole('batch', 1, 65_536));
  take('learningRate', given.number('lr', 1e-9, 1000));
  take('seed', given.whole('seed', 0, 2_147_483_647));
  const parsed = safeParse(recipeSchema, recipe);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new WrongUsage(`the recipe's ${getDotPath(issue) ?? 'form'} is not possible: ${issue.message}`);
  }
  return Object.fromEntries(Object.entries(parsed.output).filter(([key]) => touched.has(key))) as Partial<Recipe>;
}
