/** Calls about networks, and what a run makes of a chosen network and dataset. */
import { expected } from '../../shared/failure.ts';
import type { Dataset } from '../../shared/dataset.ts';
import { describe } from '../../shared/network/cost.ts';
import { expand } from '../../shared/network/expand.ts';
import { findPreset, presets } from '../../shared/network/presets.ts';
import { recipeFor } from '../../shared/network/recipes.ts';
import type { Shape, Spec } from '../../shared/network/spec.ts';
import type { Recipe } from '../../shared/recipe.ts';
import type { Handlers } from './answer.ts';
import { tell } from '../../shared/told.ts';

/** A chosen network: a preset by its name with its recipe, or a spec of one's own with that of the nearest paper. */
export interface Chosen {
  readonly spec: Spec;
  readonly recipe: Recipe;
  readonly family: string;
}

/** @throws {Expected} `network.unknown` */
export function chooseNetwork(network: string | Spec): Chosen {
  if (typeof network !== 'string') return { spec: network, recipe: recipeFor(network), family: 'custom' };
  const preset = findPreset(network);
  return { spec: preset.spec, recipe: preset.recipe, family: preset.family };
}

/**
 * The spec with its input and classes filled in by a dataset.
 * @throws {Expected} `network.invalid` where the spec's own differ from the dataset's, or the network cannot be built
 */
export function fitSpec(spec: Spec, dataset: Dataset): Spec {
  const { image } = dataset;
  const same = (input: Shape) =>
    input.height === image.height && input.width === image.width && input.channels === image.channels;
  const size = (shape: Shape) => `${shape.height}x${shape.width}x${shape.channels}`;
  if (spec.input && !same(spec.input))
    throw expected('network.invalid', {
      where: 'input',
      problem: tell('it takes {input} and the images of {name} are {image}', {
        input: size(spec.input),
        name: dataset.name,
        image: size(image),
      }),
      advice: tell('Leave the input open (null), so that the dataset decides.'),
    });
  if (spec.classes !== null && spec.classes !== dataset.classes.length)
    throw expected('network.invalid', {
      where: 'classes',
      problem: tell('it tells {classes} classes apart and {name} has {count}', {
        classes: spec.classes,
        name: dataset.name,
        count: dataset.classes.length,
      }),
      advice: tell('Leave the number of classes open (null), so that the dataset decides.'),
    });
  const fitted: Spec = { ...spec, input: { ...image }, classes: dataset.classes.length };
  expand(fitted);
  return fitted;
}

export const networkHandlers: Pick<Handlers, 'network.presets' | 'network.describe'> = {
  'network.presets': () => [...presets],
  'network.describe': ({ network, input, classes }) => {
    const { spec } = chooseNetwork(network);
    return describe(expand({ ...spec, input: input ?? spec.input, classes: classes ?? spec.classes }));
  },
};
