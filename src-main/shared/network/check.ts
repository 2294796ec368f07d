/** What cannot be built, why, and what would work instead. */
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

type Rule = (spec: Spec, fill: Fill) => readonly Problem[];

/** Paths of the forms a and b in the whole network: beyond this a graph could not be handled. */
const mostPaths = 65_536;

/**
 * All problems of a spec, the first one first; empty where `expand` succeeds. The spec must satisfy `specSchema`.
 * Where the spec leaves its input open, the map's size is checked for the fill's.
 */
export function check(spec: Spec, fill: Fill = {}): Problem[] {
  return rules.flatMap((rule) => rule(spec, fill));
}

const say = (where: string, problem: string, advice: string): readonly Problem[] => [{ where, problem, advice }];
const size = ({ height, width }: Shape) => `${height}×${width}`;
const shapeText = (shape: Shape) => `${size(shape)}×${shape.channels}`;

const inputAgrees: Rule = ({ input }, fill) =>
  !input || !fill.input || shapeText(input) === shapeText(fill.input)
    ? []
    : say(
        'input',
        `it is made for ${shapeText(input)} images, and these are ${shapeText(fill.input)}`,
        'Leave the input of the network open, so that the dataset decides, or choose another dataset.',
      );

const classesAgree: Rule = ({ classes }, fill) =>
  !classes || !fill.classes || classes === fill.classes
    ? []
    : say(
        'classes',
        `it tells ${classes} classes apart, and the data has ${fill.classes}`,
        'Leave the number of classes open, so that the dataset decides, or choose another dataset.',
      );

const wholeWidths: Rule = ({ stages, widen }) =>
  stages.flatMap((stage, index) => {
    const width = stage.width * widen;
    const whole = Math.round(width);
    if (whole >= 1 && Math.abs(width - whole) < 1e-6) return [];
    const near = Math.max(1, whole);
    return say(
      `stage${index + 1}`,
      `${stage.width} × ${widen} is ${Number(width.toFixed(4))} channels, not a whole number`,
      `Widen by ${Number((near / stage.width).toFixed(6))}, which makes ${near}, or change the stage's width.`,
    );
  });

const pathsHaveChannels: Rule = (spec) =>
  spec.stages.flatMap((stage, index) => {
    if (channelsOf(spec, stage).inner >= 1) return [];
    const least = Math.ceil(64 / Math.max(1, Math.round(stage.width * spec.widen)));
    return say(
      `stage${index + 1}`,
      `a path of width ${spec.pathWidth} (at a stage width of 64) has no channel at a stage width of ${stage.width * spec.widen}`,
      `Use a path width of at least ${least}, or a wider stage.`,
    );
  });

const cardinalityNeedsBottleneck: Rule = ({ block, cardinality, pathWidth }) => {
  if (isBottleneck(block)) return [];
  const advice = `Use ${block === 'basic' ? 'bottleneck' : 'preactBottleneck'} blocks, or `;
  if (cardinality > 1)
    return say('cardinality', `basic blocks have one path, not ${cardinality}`, `${advice}a cardinality of 1.`);
  if (pathWidth !== 64)
    return say('pathWidth', `basic blocks have no path of width ${pathWidth}`, `${advice}a path width of 64.`);
  return [];
};

const formNeedsCardinality: Rule = ({ form, cardinality }) =>
  form === 'c' || cardinality > 1
    ? []
    : say(
        'form',
        `form ${form} has nothing to divide at a cardinality of 1`,
        'Use form c, or a cardinality of 2 or more.',
      );

const pathsAreFew: Rule = (spec) => {
  const blocks = blockCount(spec);
  if (spec.form === 'c' || blocks * spec.cardinality <= mostPaths) return [];
  return say(
    'form',
    `form ${spec.form} makes ${blocks * spec.cardinality} separate paths, more than ${mostPaths}`,
    'Use form c, which computes the same with one grouped convolution a block.',
  );
};

const survivalFits: Rule = (spec) => {
  const blocks = blockCount(spec);
  const { survival } = spec;
  if (survival.kind === 'list' && survival.values.length !== blocks)
    return say(
      'survival',
      `the list has ${survival.values.length} probabilities, the network has ${blocks} blocks`,
      `Give ${blocks} probabilities, one for each block from the input to the output.`,
    );
  const always =
    survival.kind === 'always' ||
    (survival.kind === 'linear' && survival.last === 1) ||
    (survival.kind === 'uniform' && survival.value === 1) ||
    (survival.kind === 'list' && survival.values.every((value) => value === 1));
  if (spec.shortcut !== 'none' || always) return [];
  return say(
    'survival',
    'a plain network has no shortcuts to go by where a block is dropped',
    'Let every block survive, or use the shortcuts A, B or C.',
  );
};

const scaleCanLeaveZero: Rule = ({ zeroLastScale, block, shortcut }) => {
  if (!zeroLastScale) return [];
  const why = isPreactivation(block)
    ? 'a ReLU follows the last normalisation of a pre-activation branch and passes no gradient at 0, so that no branch would learn'
    : shortcut === 'none'
      ? 'without shortcuts every map would be 0, so that nothing would learn'
      : null;
  return why ? say('zeroLastScale', why, 'Let the last scales start at 1.') : [];
};

const paddingAdds: Rule = (spec) => {
  if (spec.shortcut !== 'A') return [];
  let channels = spec.stem.width;
  return spec.stages.flatMap((stage, index) => {
    const before = channels;
    channels = channelsOf(spec, stage).output;
    if (channels >= before) return [];
    return say(
      `stage${index + 1}`,
      `shortcut A adds channels and cannot make ${channels} out of ${before}`,
      'Use shortcut B or C, or let no stage be narrower than the one before it.',
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
      const found = after ? `an input of ${size(input)} is ${size(map)} after ${after}` : `the input is ${size(map)}`;
      const stem = spec.stem.kind === 'imagenet' ? 'the cifar stem, ' : '';
      return say(
        place,
        `${found}, and halving it again would leave nothing`,
        `Use at least ${least}×${least} pixels, ${stem}or fewer stages of stride 2 (${done} halvings are possible here, the network has ${places.length}).`,
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
