/** What a run makes of a recipe: overrides laid over the preset's, checked, and what a dataset decides filled in. */
import type { Dataset } from '../../shared/dataset.ts';
import { expected } from '../../shared/failure.ts';
import { recipeSchema } from '../../shared/recipe.ts';
import type { Augmentation, Recipe } from '../../shared/recipe.ts';
import { getDotPath, safeParse } from '../../shared/schema.ts';

/**
 * Augmentation where the recipe leaves it open: a random crop out of a padding of an eighth of the height (32 pixels: 4,
 * as in He et al. 2015), and mirroring where the dataset says that it keeps the class.
 */
export function augmentationFor(dataset: Pick<Dataset, 'image' | 'mirrors'>): Augmentation {
  return { crop: Math.round(dataset.image.height / 8), cropFill: 'zero', flip: dataset.mirrors, cutout: 0 };
}

/** Some of a recipe; undefined counts as not given. */
export type RecipeOverrides = { readonly [Key in keyof Recipe]?: Recipe[Key] | undefined };

/** The complete recipe of a run. @throws {Expected} `recipe.invalid` */
export function completeRecipe(preset: Recipe, overrides: RecipeOverrides, dataset: Dataset): Recipe {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const laid: Recipe = { ...preset, ...given };
  const parsed = safeParse(recipeSchema, { ...laid, augmentation: laid.augmentation ?? augmentationFor(dataset) });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw expected('recipe.invalid', { field: getDotPath(issue) ?? 'form', problem: issue.message });
  }
  return parsed.output;
}

/** The seeds of a group of runs: the first is the recipe's, each further one is one more. */
export function seedsOf(recipe: Recipe, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (recipe.seed + index) % 2_147_483_648);
}
