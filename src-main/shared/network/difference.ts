/**
 * What changed between two networks, stage by stage.
 *
 * Stages are aligned from the input on, by their number; blocks by their number within the stage, so that a network that
 * was made deeper shows its further blocks at the end of a stage. Changes beyond single blocks are listed as fields.
 */
import { blockCost, planCost } from './cost.ts';
import type { BlockPlan, Plan, StagePlan } from './plan.ts';
import type { Shape, Spec } from './spec.ts';

/** What became of one block; `widened` and `narrowed` where its output has more or fewer channels than before. */
export type BlockChange = 'same' | 'added' | 'removed' | 'widened' | 'narrowed' | 'changed';

export interface BlockDifference {
  /** Name of the block in the network that has it, e.g. `stage1/block2`. */
  readonly name: string;
  readonly change: BlockChange;
  /** Learned parameters and multiply-adds, after minus before. */
  readonly parameters: number;
  readonly macs: number;
}

export interface StageDifference {
  readonly name: string;
  /** Blocks before and after; 0 where the stage is missing. */
  readonly blocks: readonly [before: number, after: number];
  /** Output channels before and after; 0 where the stage is missing. */
  readonly channels: readonly [before: number, after: number];
  readonly differences: readonly BlockDifference[];
}

export interface FieldDifference {
  /** Field of the spec. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface NetworkDifference {
  /** Fields of the spec that differ, name and stages left out. */
  readonly fields: readonly FieldDifference[];
  readonly stages: readonly StageDifference[];
  /** Whole network, after minus before. */
  readonly parameters: number;
  readonly macs: number;
}

/** Difference of two plans, from `before` to `after`; all changes `same` where they are equal. */
export function difference(before: Plan, after: Plan): NetworkDifference {
  const [costBefore, costAfter] = [planCost(before), planCost(after)];
  return {
    fields: fieldDifferences(before.spec, after.spec),
    stages: pairs(before.stages, after.stages).map(([left, right]) => stageDifference(left, right)),
    parameters: costAfter.parameters - costBefore.parameters,
    macs: costAfter.macs - costBefore.macs,
  };
}

type Pair<Item> = readonly [before: Item | undefined, after: Item | undefined];

/** Items of one number beside each other; undefined where one side has none. */
const pairs = <Item>(before: readonly Item[], after: readonly Item[]): Pair<Item>[] =>
  Array.from({ length: Math.max(before.length, after.length) }, (_, index) => [before[index], after[index]]);

function fieldDifferences(before: Spec, after: Spec): FieldDifference[] {
  const fields = Object.keys(after).filter((field) => field !== 'name' && field !== 'stages') as (keyof Spec)[];
  return fields
    .filter((field) => !equal(before[field], after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

/** Whether two plain values are alike, whatever the order of their fields. */
function equal(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return Object.is(left, right);
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => equal(left[key as keyof typeof left], right[key as keyof typeof right]));
}

function stageDifference(before: StagePlan | undefined, after: StagePlan | undefined): StageDifference {
  return {
    name: (after ?? before)?.name ?? '',
    blocks: [before?.blocks.length ?? 0, after?.blocks.length ?? 0],
    channels: [before?.output.channels ?? 0, after?.output.channels ?? 0],
    differences: pairs(before?.blocks ?? [], after?.blocks ?? []).map(([left, right]) => blockDifference(left, right)),
  };
}

function blockDifference(before: BlockPlan | undefined, after: BlockPlan | undefined): BlockDifference {
  const none = { parameters: 0, macs: 0 };
  const [costBefore, costAfter] = [before ? blockCost(before) : none, after ? blockCost(after) : none];
  return {
    name: (after ?? before)?.name ?? '',
    change: blockChange(before, after),
    parameters: costAfter.parameters - costBefore.parameters,
    macs: costAfter.macs - costBefore.macs,
  };
}

/** Survival and steps decide; the block's place in the whole network does not. */
function blockChange(before: BlockPlan | undefined, after: BlockPlan | undefined): BlockChange {
  if (!before) return 'added';
  if (!after) return 'removed';
  const channels = ({ output }: { readonly output: Shape }) => output.channels;
  if (channels(after) > channels(before)) return 'widened';
  if (channels(after) < channels(before)) return 'narrowed';
  return equal({ ...before, index: 0 }, { ...after, index: 0 }) ? 'same' : 'changed';
}
