/** What cannot be built, why, and what would work instead. */
import { inWords } from '../failure.ts';
import { tell } from '../told.ts';
import type { Told } from '../told.ts';
import { isBottleneck, isPreactivation } from './blocks.ts';
import { channelsOf, filled } from './shapes.ts';
import type { Fill } from './shapes.ts';
import type { Shape, Spec } from './spec.ts';
import { strided } from './steps.ts';
import { blockCount } from './survival.ts';

/** One reason why a network cannot be built; the words of the failure `network.invalid`. */
export interface Problem {
  /** Field of the spec or place in the network, e.g. `survival` or `stage3`. */
  readonly where: string;
  /** What is wrong, with numbers; no full stop. */
  readonly problem: string;
  /** What would work; whole sentences. */
  readonly advice: string;
}

/** The same as it travels. */
export interface ToldProblem {
  readonly where: string;
  readonly problem: Told;
  readonly advice: Told;
}

type Rule = (spec: Spec, fill: Fill) => readonly ToldProblem[];

/** Paths of the forms a and b in the whole network: beyond this a graph could not be handled. */
const mostPaths = 65_536;

/**
 * All problems of a spec, the first one first; empty where `expand` succeeds. The spec must satisfy `specSchema`.
 * Where the spec leaves its input open, the map's size is checked for the fill's.
 */
export function check(spec: Spec, fill: Fill = {}): Problem[] {
  return checked(spec, fill).map(({ where, problem, advice }) => ({
    where,
    problem: inWords(problem),
    advice: inWords(advice),
  }));
}

/** The same, to be worded elsewhere. */
export function checked(spec: Spec, fill: Fill = {}): ToldProblem[] {
  return rules.flatMap((rule) => rule(spec, fill));
}

const found = (where: string, problem: Told, advice: Told): readonly ToldProblem[] => [{ where, problem, advice }];
const size = ({ height, width }: Shape) => `${height}×${width}`;
const shapeText = (shape: Shape) => `${size(shape)}×${shape.channels}`;

const inputAgrees: Rule = ({ input }, fill) =>
  !input || !fill.input || shapeText(input) === shapeText(fill.input)
    ? []
    : found(
        'input',
        tell('it is made for {own} images, and these are {given}', {
          own: shapeText(input),
          given: shapeText(fill.input),
        }),
        tell('Leave the input of the network open, so that the dataset decides, or choose another dataset.'),
      );

const classesAgree: Rule = ({ classes }, fill) =>
  !classes || !fill.classes || classes === fill.classes
    ? []
    : found(
        'classes',
        tell('it tells {own} classes apart, and the data has {given}', { own: classes, given: fill.classes }),
        tell('Leave the number of classes open, so that the dataset decides, or choose another dataset.'),
      );

const wholeWidths: Rule = ({ stages, widen }) =>
  stages.flatMap((stage, index) => {
    const width = stage.width * widen;
    const whole = Math.round(width);
    if (whole >= 1 && Math.abs(width - whole) < 1e-6) return [];
    const near = Math.max(1, whole);
    return found(
      `stage${index + 1}`,
      tell('{width} × {widen} is {channels} channels, not a whole number', {
        width: stage.width,
        widen,
        channels: Number(width.toFixed(4)),
      }),
      tell("Widen by {factor}, which makes {channels}, or change the stage's width.", {
        factor: Number((near / stage.width).toFixed(6)),
        channels: near,
      }),
    );
  });

const pathsHaveChannels: Rule = (spec) =>
  spec.stages.flatMap((stage, index) => {
    if (channelsOf(spec, stage).inner >= 1) return [];
    const least = Math.ceil(64 / Math.max(1, Math.round(stage.width * spec.widen)));
    return found(
      `stage${index + 1}`,
      tell('a path of width {path} (at a stage width of 64) has no channel at a stage width of {width}', {
        path: spec.pathWidth,
        width: stage.width * spec.widen,
      }),
      tell('Use a path width of at least {least}, or a wider stage.', { least }),
    );
  });

const cardinalityNeedsBottleneck: Rule = ({ block, cardinality, pathWidth }) => {
  if (isBottleneck(block)) return [];
  const blocks = block === 'basic' ? 'bottleneck' : 'preactBottleneck';
  if (cardinality > 1)
    return found(
      'cardinality',
      tell('basic blocks have one path, not {cardinality}', { cardinality }),
      tell('Use {blocks} blocks, or a cardinality of 1.', { blocks }),
    );
  if (pathWidth !== 64)
    return found(
      'pathWidth',
      tell('basic blocks have no path of width {width}', { width: pathWidth }),
      tell('Use {blocks} blocks, or a path width of 64.', { blocks }),
    );
  return [];
};

const formNeedsCardinality: Rule = ({ form, cardinality }) =>
  form === 'c' || cardinality > 1
    ? []
    : found(
        'form',
        tell('form {form} has nothing to divide at a cardinality of 1', { form }),
        tell('Use form c, or a cardinality of 2 or more.'),
      );

const pathsAreFew: Rule = (spec) => {
  const blocks = blockCount(spec);
  if (spec.form === 'c' || blocks * spec.cardinality <= mostPaths) return [];
  return found(
    'form',
    tell('form {form} makes {paths} separate paths, more than {most}', {
      form: spec.form,
      paths: blocks * spec.cardinality,
      most: mostPaths,
    }),
    tell('Use form c, which computes the same with one grouped convolution a block.'),
  );
};

const survivalFits: Rule = (spec) => {
  const blocks = blockCount(spec);
  const { survival } = spec;
  if (survival.kind === 'list' && survival.values.length !== blocks)
    return found(
      'survival',
      tell('the list has {probabilities} probabilities, the network has {blocks} blocks', {
        probabilities: survival.values.length,
        blocks,
      }),
      tell('Give {blocks} probabilities, one for each block from the input to the output.', { blocks }),
    );
  const always =
    survival.kind === 'always' ||
    (survival.kind === 'linear' && survival.last === 1) ||
    (survival.kind === 'uniform' && survival.value === 1) ||
    (survival.kind === 'list' && survival.values.every((value) => value === 1));
  if (spec.shortcut !== 'none' || always) return [];
  return found(
    'survival',
    tell('a plain network has no shortcuts to go by where a block is dropped'),
    tell('Let every block survive, or use the shortcuts A, B or C.'),
  );
};

const scaleCanLeaveZero: Rule = ({ zeroLastScale, block, shortcut }) => {
  if (!zeroLastScale) return [];
  const why = isPreactivation(block)
    ? tell(
        'a ReLU follows the last normalisation of a pre-activation branch and passes no gradient at 0, so that no branch would learn',
      )
    : shortcut === 'none'
      ? tell('without shortcuts every map would be 0, so that nothing would learn')
      : null;
  return why ? found('zeroLastScale', why, tell('Let the last scales start at 1.')) : [];
};

const paddingAdds: Rule = (spec) => {
  if (spec.shortcut !== 'A') return [];
  let channels = spec.stem.width;
  return spec.stages.flatMap((stage, index) => {
    const before = channels;
    channels = channelsOf(spec, stage).output;
    if (channels >= before) return [];
    return found(
      `stage${index + 1}`,
      tell('shortcut A adds channels and cannot make {channels} out of {before}', { channels, before }),
      tell('Use shortcut B or C, or let no stage be narrower than the one before it.'),
    );
  });
};

/** Every halving of the map, in order: where it happens. */
const halvings = ({ stem, stages }: Spec): string[] => [
  ...(stem.kind === 'imagenet' ? ['stem/conv', 'stem/pool'] : []),
  ...stages.flatMap((stage, index) => (stage.stride === 2 ? [`stage${index + 1}`] : [])),
];

const mapLasts: Rule = (spec, fill) => {
  const { input } = filled(spec, fill);
  const places = halvings(spec);
  const least = 2 ** (places.length - 1) + 1;
  let map = input;
  for (const [done, place] of places.entries()) {
    if (Math.min(map.height, map.width) < 2) {
      const after = places[done - 1];
      const values = { least, done, halvings: places.length };
      return found(
        place,
        after
          ? tell('an input of {input} is {map} after {place}, and halving it again would leave nothing', {
              input: size(input),
              map: size(map),
              place: after,
            })
          : tell('the input is {map}, and halving it again would leave nothing', { map: size(map) }),
        tell(
          spec.stem.kind === 'imagenet'
            ? 'Use at least {least}×{least} pixels, the cifar stem, or fewer stages of stride 2 ({done} halvings are possible here, the network has {halvings}).'
            : 'Use at least {least}×{least} pixels, or fewer stages of stride 2 ({done} halvings are possible here, the network has {halvings}).',
          values,
        ),
      );
    }
    map = { ...map, height: strided(map.height, 2), width: strided(map.width, 2) };
  }
  return [];
};

const rules: readonly Rule[] = [
  inputAgrees,
  classesAgree,
  wholeWidths,
  pathsHaveChannels,
  cardinalityNeedsBottleneck,
  formNeedsCardinality,
  pathsAreFew,
  survivalFits,
  scaleCanLeaveZero,
  paddingAdds,
  mapLasts,
];
