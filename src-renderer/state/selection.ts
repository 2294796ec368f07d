/**
 * What is chosen in a network: a name in the plan's own words, so that canvas, outline and JSON mean the same thing. Pure.
 *
 * `` the network, `input`, `stem`, `stage2`, `stage2/block9`, `stage2/block9/conv1`, `stage2/block9/shortcut/conv`, `head`.
 */
import type { BlockPlan, Plan, StagePlan, Step } from '../../src-main/shared/network/plan.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';

export type Selection = string;

/** Number of the stage that a selection lies in, from 0; null where it lies in none. */
export function stageOf(selection: Selection): number | null {
  const found = /^stage(\d+)/.exec(selection)?.[1];
  return found === undefined ? null : Number(found) - 1;
}

/** Number of the block within its stage, from 0. */
export function blockOf(selection: Selection): number | null {
  const found = /^stage\d+\/block(\d+)/.exec(selection)?.[1];
  return found === undefined ? null : Number(found) - 1;
}

/** The step that is chosen; null where something larger is. */
export function layerOf(selection: Selection): string | null {
  return /^(stem|head)\/.|^stage\d+\/block\d+\/./.test(selection) ? selection : null;
}

export const stageName = (stage: number): Selection => `stage${stage + 1}`;
export const blockName = (stage: number, block: number): Selection => `stage${stage + 1}/block${block + 1}`;

/** What a selection lies in; the network for the outermost. */
export function parentOf(selection: Selection): Selection {
  const parts = selection.split('/');
  if (parts.length === 1) return '';
  const layer = layerOf(selection);
  if (layer === null || parts[0] === 'stem' || parts[0] === 'head') return parts[0] as string;
  return parts.slice(0, 2).join('/');
}

/** The selection itself, or the nearest thing around it that a network still has. */
export function stillThere(selection: Selection, spec: Spec, plan: Plan | null): Selection {
  const stage = stageOf(selection);
  if (stage === null) return selection;
  const found = spec.stages[Math.min(stage, spec.stages.length - 1)];
  if (!spec.stages[stage] || !found) return stageName(spec.stages.length - 1);
  const block = blockOf(selection);
  if (block !== null && block >= found.blocks) return stageName(stage);
  const layer = layerOf(selection);
  if (layer === null || block === null || !plan) return selection;
  const steps = stepsOfBlock(plan.stages[stage]?.blocks[block]);
  return steps.some(({ name }) => name === layer) ? selection : blockName(stage, block);
}

/** All steps of a block, those within its first paths included, in the order of computation. */
export function stepsOfBlock(block: BlockPlan | undefined): Step[] {
  if (!block) return [];
  const inner = (steps: readonly Step[]): Step[] =>
    steps.flatMap((step) => (step.op === 'paths' ? [...step.paths.flatMap(inner), step] : [step]));
  return inner([...block.before, ...block.branch, ...(block.shortcut ?? []), ...block.after]);
}

/** The block that stands for a selection: itself, or of a stage the second one, which shows what all but the first are. */
export function shownBlock(
  plan: Plan,
  selection: Selection,
): { readonly stage: StagePlan; readonly number: number; readonly block: BlockPlan } | null {
  const number = stageOf(selection);
  const stage = number === null ? undefined : plan.stages[number];
  if (!stage || number === null) return null;
  const block = stage.blocks[blockOf(selection) ?? Math.min(1, stage.blocks.length - 1)];
  return block ? { stage, number, block } : null;
}

/** Path in the spec's JSON that a selection is written at. */
export function pathOf(selection: Selection, spec: Spec): string {
  const stage = stageOf(selection);
  const block = blockOf(selection);
  if (stage !== null) {
    if (block === null || spec.survival.kind !== 'list') return `stages.${stage}`;
    const before = spec.stages.slice(0, stage).reduce((sum, { blocks }) => sum + blocks, 0);
    return `survival.values.${before + block}`;
  }
  const [part = ''] = selection.split('/');
  return part === 'head' ? 'classes' : part;
}

/** What is meant by a path in the spec's JSON: the network where it is about all of it. */
export function selectionAt(path: string, spec: Spec): Selection {
  const [field, second, third] = path.split('.');
  if (field === 'input' || field === 'stem') return field;
  if (field === 'classes') return 'head';
  if (field === 'stages' && second !== undefined && spec.stages[Number(second)]) return stageName(Number(second));
  if (field === 'survival' && second === 'values' && third !== undefined) {
    let left = Number(third);
    for (const [stage, { blocks }] of spec.stages.entries()) {
      if (left < blocks) return blockName(stage, left);
      left -= blocks;
    }
  }
  return '';
}
