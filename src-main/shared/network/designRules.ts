/**
 * The two rules by which Xie et al. 2016 (section 3.1) leave few choices to a designer, and what follows from them:
 * blocks that make maps of one size share their hyperparameters, and the width doubles when the map halves, so that all
 * blocks cost about the same.
 */
import { say } from '../language.ts';
import { blockCost } from './cost.ts';
import type { Plan } from './plan.ts';
import type { Spec } from './spec.ts';
import { joined } from '../words.ts';

export interface DesignRule {
  readonly id: 'shared' | 'doubling' | 'even';
  readonly title: string;
  readonly isKept: boolean;
  /** What was found, with numbers. */
  readonly words: string;
}

/** Multiply-adds of one image, forward. */
export interface StageWork {
  readonly stage: string;
  /** Of a block that keeps the map, else of the only one. */
  readonly blockMacs: number;
  readonly macs: number;
}

export interface DesignRules {
  readonly rules: readonly DesignRule[];
  readonly work: readonly StageWork[];
  /** The numbers that describe the network, in words such as `blocks 18`; everything else follows from the rules. */
  readonly numbers: readonly string[];
}

/** Blocks whose work lies within this factor count as equal. */
const evenWithin = 1.5;

/** Judges a plan. Takes time linear in the number of steps. */
export function designRules(plan: Plan): DesignRules {
  const work = plan.stages.map(({ name, blocks }) => {
    const costs = blocks.map((block) => blockCost(block).macs);
    return { stage: name, blockMacs: costs[1] ?? costs[0] ?? 0, macs: costs.reduce((sum, macs) => sum + macs, 0) };
  });
  return { rules: [shared(plan.spec), doubling(plan.spec), even(work)], work, numbers: numbersOf(plan.spec) };
}

/** Stages that follow without halving make maps of one size. */
function shared({ stages }: Spec): DesignRule {
  const breaking = stages.flatMap((stage, index) => {
    const before = stages[index - 1];
    if (!before || stage.stride === 2 || stage.width === before.width) return [];
    return [
      say('stages {first} and {second} share a map at widths {before} and {after}', {
        first: index,
        second: index + 1,
        before: before.width,
        after: stage.width,
      }),
    ];
  });
  return {
    id: 'shared',
    title: say('One map size, one block'),
    isKept: breaking.length === 0,
    words: joined(breaking) || say('Blocks of one map size share their hyperparameters'),
  };
}

function doubling({ stages }: Spec): DesignRule {
  const breaking = stages.flatMap((stage, index) => {
    const before = stages[index - 1];
    if (!before || stage.stride === 1 || stage.width === 2 * before.width) return [];
    return [
      say('stage {number} halves the map at {before} → {after} channels', {
        number: index + 1,
        before: before.width,
        after: stage.width,
      }),
    ];
  });
  return {
    id: 'doubling',
    title: say('Half the map, twice the channels'),
    isKept: breaking.length === 0,
    words: joined(breaking) || say('Channels double where the map halves'),
  };
}

function even(work: readonly StageWork[]): DesignRule {
  const macs = work.map(({ blockMacs }) => blockMacs);
  const ratio = Math.max(...macs) / Math.max(1, Math.min(...macs));
  const isKept = ratio <= evenWithin;
  return {
    id: 'even',
    title: say('Even blocks'),
    isKept,
    words: isKept
      ? say('A block costs about the same in every stage')
      : say('The dearest block costs {ratio} times the cheapest', { ratio: Number(ratio.toPrecision(2)) }),
  };
}

/** What is left to choose once the rules are kept; a number that follows from a rule or is the plain value is none. */
function numbersOf(spec: Spec): string[] {
  const [first] = spec.stages;
  const sameBlocks = spec.stages.every(({ blocks }) => blocks === first?.blocks);
  const numbers = sameBlocks
    ? [say('blocks {count}', { count: first?.blocks ?? 0 })]
    : spec.stages.map(({ blocks }, index) =>
        say('blocks {count} in stage {number}', { count: blocks, number: index + 1 }),
      );
  if (spec.stem.width !== first?.width) numbers.push(say('stem {width}', { width: spec.stem.width }));
  for (const [index, stage] of spec.stages.entries()) {
    const before = spec.stages[index - 1];
    const follows = before && stage.width === before.width * stage.stride;
    if (follows) continue;
    const { width } = stage;
    numbers.push(
      index === 0
        ? say('width {width}', { width })
        : say('width {width} in stage {number}', { width, number: index + 1 }),
    );
  }
  if (spec.widen !== 1) numbers.push(`k ${spec.widen}`);
  if (spec.cardinality !== 1) numbers.push(`C ${spec.cardinality}`);
  if (spec.pathWidth !== 64) numbers.push(`d ${spec.pathWidth}`);
  if (spec.dropout.rate > 0) numbers.push(`dropout ${spec.dropout.rate}`);
  const { survival } = spec;
  if (survival.kind === 'linear' && survival.last < 1) numbers.push(`P_L ${survival.last}`);
  if (survival.kind === 'uniform' && survival.value < 1) numbers.push(`P ${survival.value}`);
  if (survival.kind === 'list')
    numbers.push(
      ...survival.values.map((value, index) => say('P of block {number} {value}', { number: index + 1, value })),
    );
  return numbers;
}
