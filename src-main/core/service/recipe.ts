/** What a run makes of a recipe: overrides laid over the preset's, checked, and what a dataset decides filled in. */
import type { Dataset } from '../../shared/dataset.ts';
import { expected } from '../../shared/failure.ts';
import { recipeSchema } from '../../shared/recipe.ts';
import type { Augmentation, Recipe } from '../../shared/recipe.ts';
import { getDotPath, safeParse } from '../../shared/schema.ts';
import { tell } from '../../shared/told.ts';
import { toldIssue } from '../../shared/issue.ts';

/**
 * A preset's augmentation, fitted to a dataset: its paper trained on images of 32 pixels that may be mirrored. The crop is
 * taken out of a padding of an eighth of the height (32 pixels: 4, as in He et al. 2015), mirroring is left out where it
 * changes the class, and fill and cutout stay the preset's. Null, as most presets have it, is a crop and mirroring.
 */
export function augmentationFor(
  dataset: Pick<Dataset, 'image' | 'mirrors'>,
  preset: Augmentation | null = null,
): Augmentation {
  return {
    crop: preset?.crop === 0 ? 0 : Math.round(dataset.image.height / 8),
    cropFill: preset?.cropFill ?? 'zero',
    flip: dataset.mirrors && preset?.flip !== false,
    cutout: Math.round(((preset?.cutout ?? 0) * dataset.image.height) / 32),
  };
}

/** Some of a recipe; undefined counts as not given. */
export type RecipeOverrides = { readonly [Key in keyof Recipe]?: Recipe[Key] | undefined };

/** The complete recipe of a run. @throws {Expected} `recipe.invalid` */
export function completeRecipe(preset: Recipe, overrides: RecipeOverrides, dataset: Dataset): Recipe {
  const given: Partial<Recipe> = Object.fromEntries(
    Object.entries(overrides).filter(([, value]) => value !== undefined),
  );
  const laid: Recipe = { ...preset, ...given };
  const augmentation = given['augmentation'] ? laid.augmentation : augmentationFor(dataset, preset.augmentation);
  const parsed = safeParse(recipeSchema, { ...laid, augmentation });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw expected('recipe.invalid', { field: getDotPath(issue) ?? 'form', problem: toldIssue(issue) });
  }
  const { batch, accumulate } = parsed.output;
  if (batch % accumulate !== 0)
    throw expected('recipe.invalid', {
      field: 'accumulate',
      problem: tell('a batch of {batch} images cannot be cut into {accumulate} parts of one size', {
        batch,
        accumulate,
      }),
    });
  return parsed.output;
}

/** The seeds of a group of runs: the first is the recipe's, each further one is one more. */
export function seedsOf(recipe: Recipe, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (recipe.seed + index) % 2_147_483_648);
}
