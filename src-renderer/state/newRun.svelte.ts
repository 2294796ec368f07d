/** The form for a new run: choices, the network's numbers for the chosen data, and what stands in the way. */
import { check } from '../../src-main/shared/network/check.ts';
import { describe } from '../../src-main/shared/network/cost.ts';
import { sameNetwork } from '../../src-main/shared/network/edit.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { predict, trainingImages } from '../../src-main/shared/network/prediction.ts';
import { recipeFor } from '../../src-main/shared/network/recipes.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';
import type { Duration, Recipe } from '../../src-main/shared/recipe.ts';
import type { Draft, Lab } from './lab.svelte.ts';
import type { Start } from './runs.svelte.ts';

const firstNetwork = 'resnet20';
const firstData = 'digits';
/** Small images in small numbers are learned in a few epochs; the papers' lengths are for CIFAR and ImageNet. */
const shortEpochs = 15;
const smallData = 10_000;

/** A network to choose that is no preset. */
export interface OwnNetwork {
  readonly key: string;
  readonly spec: Spec;
}

/** Key of the network that the dialog was opened with. */
const draftedKey = 'drafted';

export class NewRunForm {
  readonly #lab: Lab;
  /** A network that the dialog was opened with and that is no preset, e.g. a run's. */
  readonly #drafted: Spec | null;
  /** A preset's name, or the key of a network of one's own. */
  #network = $state(firstNetwork);
  data = $state('');
  /** A file that the network's weights begin with; null: drawn from the seed. */
  weights: File | null = $state.raw(null);
  unit: 'epochs' | 'steps' | 'images' = $state('epochs');
  length = $state(shortEpochs);
  batch = $state(128);
  rate = $state(0.1);
  seed = $state(1);
  #base: Recipe = defaultRecipe;
  /** Everything else of the recipe; what stands above wins. */
  more: Recipe = $state.raw(defaultRecipe);
  seeds = $state(1);
  device: 'auto' | 'cpu' | 'gpu' = $state('auto');

  readonly dataset = $derived.by(() => this.#lab.library.dataset(this.data));
  /** Networks that are no presets: the one of the draft, then those of one's own. */
  readonly own: readonly OwnNetwork[] = $derived.by(() => {
    const designs = this.#lab.designs.list.map(({ id, spec }) => ({ key: id, spec }));
    const drafted = this.#drafted;
    const isKept = designs.some(({ spec }) => !drafted || sameNetwork(spec, drafted));
    return drafted && !isKept ? [{ key: draftedKey, spec: drafted }, ...designs] : designs;
  });
  readonly #preset = $derived.by(() => this.#lab.library.preset(this.#network));
  readonly spec: Spec | null = $derived.by(
    () => this.#preset?.spec ?? this.own.find(({ key }) => key === this.#network)?.spec ?? null,
  );
  readonly #fill = $derived({ input: this.dataset?.image, classes: this.dataset?.classes.length });
  readonly problems = $derived(this.spec ? check(this.spec, this.#fill) : []);
  readonly #plan = $derived(this.spec && this.problems.length === 0 ? expand(this.spec, this.#fill) : null);
  readonly description = $derived(this.#plan && describe(this.#plan));
  /** The recipe as it stands in the form. */
  readonly recipe: Recipe = $derived.by(() => ({
    ...this.more,
    duration: this.duration,
    batch: this.batch,
    learningRate: this.rate,
    seed: this.seed,
  }));
  /** Null while the network cannot be built or a number is missing. */
  readonly prediction = $derived.by(() =>
    this.#plan && this.batch >= this.more.accumulate && this.length >= 1
      ? predict(this.#plan, this.recipe, this.#lab.device.training, this.dataset && trainingImages(this.dataset))
      : null,
  );

  constructor(lab: Lab, draft: Draft) {
    this.#lab = lab;
    const { datasets, presets } = lab.library;
    const drafted = typeof draft.network === 'object' ? draft.network : null;
    this.#drafted = drafted;
    this.data = draft.data ?? datasets.find(({ id }) => id === firstData)?.id ?? datasets[0]?.id ?? '';
    this.device = lab.session.settings.device;
    const wanted = typeof draft.network === 'string' ? draft.network : firstNetwork;
    if (drafted) this.chooseNetwork(this.own.find(({ spec }) => sameNetwork(spec, drafted))?.key ?? draftedKey);
    else this.chooseNetwork(presets.some(({ name }) => name === wanted) ? wanted : (presets[0]?.name ?? ''));
  }

  /** What is chosen of presets and `own`. */
  get network(): string {
    return this.#network;
  }
  get networkName(): string {
    return this.spec?.name ?? this.#network;
  }

  /**
   * Takes a preset with its recipe, or a network of one's own with that of the nearest paper; a recipe for a large set is
   * cut short for a small one.
   */
  chooseNetwork(network: string): void {
    this.#network = network;
    if (!this.spec) return;
    const recipe = this.#preset?.recipe ?? recipeFor(this.spec);
    this.more = this.#base = recipe;
    this.batch = recipe.batch;
    this.rate = recipe.learningRate;
    const images = this.dataset?.splits.find((split) => split.name === 'train')?.images ?? 0;
    this.unit = 'epochs';
    this.length = images >= smallData && 'epochs' in recipe.duration ? recipe.duration.epochs : shortEpochs;
  }

  get duration(): Duration {
    return { [this.unit]: this.length } as Duration;
  }

  /** The length where it is counted in epochs. */
  get epochs(): number {
    return this.length;
  }
  set epochs(epochs: number) {
    this.unit = 'epochs';
    this.length = epochs;
  }

  /** What differs from the network's recipe; the rest is core's to fill in, by the dataset where it is left open. */
  get #changed(): Partial<Recipe> {
    return Object.fromEntries(
      Object.entries(this.more).filter(([name, value]) => value !== this.#base[name as keyof Recipe]),
    );
  }

  get start(): Start {
    return {
      network: this.#preset || !this.spec ? this.#network : this.spec,
      data: this.data,
      recipe: {
        ...this.#changed,
        duration: this.duration,
        batch: this.batch,
        learningRate: this.rate,
        seed: this.seed,
      },
      device: this.device,
      seeds: this.seeds,
    };
  }
}
