/**
 * The two rules by which Xie et al. 2016 (section 3.1) leave few choices to a designer, and what follows from them:
 * blocks that make maps of one size share their hyperparameters, and the width doubles when the map halves, so that all
 * blocks cost about the same.
 */
import { blockCost } from './cost.ts';
import type { Plan } from './plan.ts';
import type { Spec } from './spec.ts';

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

const list = (parts: readonly string[]) => parts.join(', ');

/** Stages that follow without halving make maps of one size. */
function shared({ stages }: Spec): DesignRule {
  const breaking = stages.flatMap((stage, index) => {
    const before = stages[index - 1];
    if (!before || stage.stride === 2 || stage.width === before.width) return [];
    return [`stages ${index} and ${index + 1} share a map at widths ${before.width} and ${stage.width}`];
  });
  return {
    id: 'shared',
    title: 'One map size, one block',
    isKept: breaking.length === 0,
    words: list(breaking) || 'Blocks of one map size share their hyperparameters',
  };
}

function doubling({ stages }: Spec): DesignRule {
  const breaking = stages.flatMap((stage, index) => {
    const before = stages[index - 1];
    if (!before || stage.stride === 1 || stage.width === 2 * before.width) return [];
    return [`stage ${index + 1} halves the map at ${before.width} → ${stage.width} channels`];
  });
  return {
    id: 'doubling',
    title: 'Half the map, twice the channels',
    isKept: breaking.length === 0,
    words: list(breaking) || 'Channels double where the map halves',
  };
}

function even(work: readonly StageWork[]): DesignRule {
  const macs = work.map(({ blockMacs }) => blockMacs);
  const ratio = Math.max(...macs) / Math.max(1, Math.min(...macs));
  const isKept = ratio <= evenWithin;
  return {
    id: 'even',
    title: 'Even blocks',
    isKept,
    words: isKept
      ? 'A block costs about the same in every stage'
      : `The dearest block costs ${Number(ratio.toPrecision(2))} times the cheapest`,
  };
}

/** What is left to choose once the rules are kept; a number that follows from a rule or is the plain value is none. */
function numbersOf(spec: Spec): string[] {
  const [first] = spec.stages;
  const sameBlocks = spec.stages.every(({ blocks }) => blocks === first?.blocks);
  const numbers = sameBlocks
    ? [`blocks ${first?.blocks}`]
    : spec.stages.map(({ blocks }, index) => `blocks ${blocks} in stage ${index + 1}`);
  if (spec.stem.width !== first?.width) numbers.push(`stem ${spec.stem.width}`);
  for (const [index, stage] of spec.stages.entries()) {
    const before = spec.stages[index - 1];
    const follows = before && stage.width === before.width * stage.stride;
    if (!follows) numbers.push(`width ${stage.width}${index === 0 ? '' : ` in stage ${index + 1}`}`);
  }
  if (spec.widen !== 1) numbers.push(`k ${spec.widen}`);
  if (spec.cardinality !== 1) numbers.push(`C ${spec.cardinality}`);
  if (spec.pathWidth !== 64) numbers.push(`d ${spec.pathWidth}`);
  if (spec.dropout.rate > 0) numbers.push(`dropout ${spec.dropout.rate}`);
  const { survival } = spec;
  if (survival.kind === 'linear' && survival.last < 1) numbers.push(`P_L ${survival.last}`);
  if (survival.kind === 'uniform' && survival.value < 1) numbers.push(`P ${survival.value}`);
  if (survival.kind === 'list')
    numbers.push(...survival.values.map((value, index) => `P of block ${index + 1} ${value}`));
  return numbers;
}
