/**
 * What a designer does to a spec, as pure functions.
 *
 * Laws: a spec that satisfies `specSchema` still does after every edit, and a survival list that has one probability for
 * each block keeps one for each block. An edit may make a network that cannot be built: `check` says so, `mend` helps.
 */
import type { Preset } from '../contract.ts';
import { isBottleneck, isPreactivation } from './blocks.ts';
import type { Spec, Stage, Survival } from './spec.ts';
import { blockCount, survivals } from './survival.ts';

export type Family = Preset['family'];

/** Bounds of the schema that an edit must not leave. */
export const limits = { stages: 16, blocks: 2000, width: 4096, survivalList: 4096 } as const;

const within = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));
const whole = (value: number, most: number) => within(1, Math.round(value), most);

/** The smallest network: a stem and one stage of one basic block. */
export const blankSpec = (name: string): Spec => ({
  name,
  input: null,
  classes: null,
  stem: { kind: 'cifar', width: 16 },
  stages: [{ blocks: 1, width: 16, stride: 1 }],
  block: 'basic',
  widen: 1,
  cardinality: 1,
  pathWidth: 64,
  form: 'c',
  shortcut: 'A',
  strideIn: 'reduce',
  dropout: { rate: 0, place: 'between' },
  survival: { kind: 'always' },
  zeroLastScale: false,
});

/** The network without what a dataset filled in. */
export const opened = (spec: Spec): Spec => ({ ...spec, input: null, classes: null });

/** Whether two specs are one network, whatever a dataset filled in. */
export const sameNetwork = (a: Spec, b: Spec): boolean => JSON.stringify(opened(a)) === JSON.stringify(opened(b));

/** The family that a network belongs to, by what sets it apart; the control without shortcuts is `plain`. */
export function familyOf(spec: Spec): Family {
  if (spec.shortcut === 'none') return 'plain';
  if (spec.cardinality > 1) return 'resnext';
  if (spec.widen > 1 || (isBottleneck(spec.block) && spec.pathWidth > 64)) return 'wide';
  if (survivals(spec).some((probability) => probability < 1)) return 'stochasticDepth';
  return isPreactivation(spec.block) ? 'preactivation' : 'resnet';
}

/** Turns a network into one of a family, with the fields of that family's first paper; stages and dropout stay. */
export function withFamily(spec: Spec, family: Family): Spec {
  const simple: Spec = { ...spec, widen: 1, cardinality: 1, pathWidth: 64, form: 'c', survival: { kind: 'always' } };
  const shortcut = spec.shortcut === 'none' ? 'B' : spec.shortcut;
  switch (family) {
    case 'plain':
      return { ...simple, shortcut: 'none', zeroLastScale: false };
    case 'resnet':
      return { ...simple, block: isBottleneck(spec.block) ? 'bottleneck' : 'basic', shortcut };
    case 'preactivation':
      return {
        ...simple,
        block: isBottleneck(spec.block) ? 'preactBottleneck' : 'preactBasic',
        shortcut,
        zeroLastScale: false,
      };
    case 'stochasticDepth':
      return { ...simple, block: spec.block, shortcut, survival: { kind: 'linear', last: 0.5 } };
    case 'wide':
      return {
        ...simple,
        block: 'preactBasic',
        shortcut: 'B',
        widen: spec.widen > 1 ? spec.widen : 4,
        survival: spec.survival,
        zeroLastScale: false,
      };
    case 'resnext':
      return {
        ...simple,
        block: 'bottleneck',
        shortcut: 'B',
        strideIn: 'spatial',
        cardinality: spec.cardinality > 1 ? spec.cardinality : 32,
        pathWidth: spec.cardinality > 1 ? spec.pathWidth : 4,
        survival: spec.survival,
      };
  }
}

/** New stages, and the survival list taken along: `from` tells for every new stage which old one its blocks come from. */
function restaged(spec: Spec, stages: readonly Stage[], from: readonly number[]): Spec {
  return { ...spec, stages: [...stages], survival: carried(spec, stages, from) };
}

/** A list follows its blocks: further blocks of a stage take its last probability. */
function carried(spec: Spec, stages: readonly Stage[], from: readonly number[]): Survival {
  const { survival } = spec;
  if (survival.kind !== 'list' || survival.values.length !== blockCount(spec)) return survival;
  const starts = spec.stages.map((_, index) => blockCount({ stages: spec.stages.slice(0, index) }));
  const values = stages.flatMap(({ blocks }, index) => {
    const source = from[index] ?? -1;
    const start = starts[source] ?? 0;
    const own = survival.values.slice(start, start + (spec.stages[source]?.blocks ?? 0));
    return Array.from({ length: blocks }, (_, block) => own[block] ?? own.at(-1) ?? 1);
  });
  // More blocks than a list may have: back to the decay that ends where the list ended.
  return values.length <= limits.survivalList ? { kind: 'list', values } : { kind: 'linear', last: values.at(-1) ?? 1 };
}

/** `Array.toSpliced` is younger than the oldest window this runs in. */
const without = <Item>(items: readonly Item[], at: number): Item[] => [...items.slice(0, at), ...items.slice(at + 1)];
const inserted = <Item>(items: readonly Item[], at: number, item: Item): Item[] => [
  ...items.slice(0, at),
  item,
  ...items.slice(at),
];

const places = (spec: Spec) => spec.stages.map((_, index) => index);
const isStage = (spec: Spec, stage: number) => Number.isInteger(stage) && stage >= 0 && stage < spec.stages.length;

/** Changes one stage; numbers are brought within the schema's bounds. The spec itself where there is no such stage. */
export function setStage(spec: Spec, stage: number, changes: Partial<Stage>): Spec {
  if (!isStage(spec, stage)) return spec;
  const stages = spec.stages.map((each, index) => {
    if (index !== stage) return each;
    const { blocks, width, stride } = { ...each, ...changes };
    return { blocks: whole(blocks, limits.blocks), width: whole(width, limits.width), stride };
  });
  return restaged(spec, stages, places(spec));
}

/** Puts a stage at a place, `place` 0 before the first. Its survival is that of the stage before it. */
export function insertStage(spec: Spec, place: number, stage: Stage): Spec {
  if (spec.stages.length >= limits.stages) return spec;
  const at = within(0, place, spec.stages.length);
  const neighbour = within(0, at - 1, spec.stages.length - 1);
  return restaged(spec, inserted(spec.stages, at, { ...stage }), inserted(places(spec), at, neighbour));
}

/** A further stage behind one: as many blocks, twice the width at half the map, as the papers' rule has it. */
export function addStage(spec: Spec, after: number): Spec {
  const before = spec.stages[within(0, after, spec.stages.length - 1)] as Stage;
  const width = whole(before.width * 2, limits.width);
  return insertStage(spec, after + 1, { blocks: before.blocks, width, stride: 2 });
}

/** The same stage once more, behind it, on the same map. */
export function duplicateStage(spec: Spec, stage: number): Spec {
  const twin = spec.stages[stage];
  if (!twin || spec.stages.length >= limits.stages) return spec;
  return restaged(
    spec,
    inserted(spec.stages, stage + 1, { ...twin, stride: 1 as const }),
    inserted(places(spec), stage + 1, stage),
  );
}

/** Takes a stage away; the last one stays. */
export function removeStage(spec: Spec, stage: number): Spec {
  if (!isStage(spec, stage) || spec.stages.length === 1) return spec;
  return restaged(spec, without(spec.stages, stage), without(places(spec), stage));
}

/** Moves a stage to another place. */
export function moveStage(spec: Spec, from: number, to: number): Spec {
  const moved = spec.stages[from];
  const target = within(0, to, spec.stages.length - 1);
  if (!moved || target === from) return spec;
  const order = inserted(without(places(spec), from), target, from);
  return restaged(
    spec,
    order.map((index) => spec.stages[index] as Stage),
    order,
  );
}

/** The kinds of survival, each beginning near to what the network has now. */
export function withSurvivalKind(spec: Spec, kind: Survival['kind']): Spec {
  const now = survivals(spec);
  const last = now.at(-1) ?? 1;
  const lively = last < 1 ? last : 0.5;
  switch (kind) {
    case 'always':
      return { ...spec, survival: { kind } };
    case 'linear':
      return { ...spec, survival: { kind, last: lively } };
    case 'uniform':
      return { ...spec, survival: { kind, value: lively } };
    case 'list':
      return now.length > limits.survivalList ? spec : { ...spec, survival: { kind, values: now } };
  }
}

const probabilityOf = (value: number) => within(0, Math.round(value * 1000) / 1000, 1);

/** Draws the end of the decay: P_L. A uniform survival stays uniform, everything else becomes linear. */
export const withLastSurvival = (spec: Spec, value: number): Spec => ({
  ...spec,
  survival:
    spec.survival.kind === 'uniform'
      ? { kind: 'uniform', value: probabilityOf(value) }
      : { kind: 'linear', last: probabilityOf(value) },
});

/** Draws one block, 1 to L: all survivals become a list. */
export function withBlockSurvival(spec: Spec, block: number, value: number): Spec {
  const values = survivals(spec);
  if (!Number.isInteger(block) || block < 1 || block > Math.min(values.length, limits.survivalList)) return spec;
  if (values.length > limits.survivalList) return spec;
  return {
    ...spec,
    survival: {
      kind: 'list',
      values: values.map((each, index) => (index === block - 1 ? probabilityOf(value) : each)),
    },
  };
}
