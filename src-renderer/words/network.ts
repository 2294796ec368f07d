/** Parts of a network as the page names them. Pure. */
import { say } from '../../src-main/shared/language.ts';
import type { Words } from '../../src-main/shared/language.ts';
import type { BlockPlan, Plan, StagePlan } from '../../src-main/shared/network/plan.ts';
import type { Shape, Spec } from '../../src-main/shared/network/spec.ts';
import { blockNames } from './fields.ts';

/** `Stage 2`, from its index. */
export const stageTitle = (index: number): string => say('Stage {number}', { number: index + 1 });
/** `Block 9`, from its index within the stage. */
export const blockTitle = (index: number): string => say('Block {number}', { number: index + 1 });
/** `Stage 2, block 9`, from their indices. */
export const blockOfStageTitle = (stage: number, block: number): string =>
  say('Stage {stage}, block {block}', { stage: stage + 1, block: block + 1 });
/** `Stage 2, block 9 of 18`, from their indices. */
export const blockAmongTitle = (stage: number, block: number, { blocks }: StagePlan): string =>
  say('Stage {stage}, block {block} of {blocks}', { stage: stage + 1, block: block + 1, blocks: blocks.length });

const partTitles = { input: 'Input', stem: 'Stem', head: 'Head' } as const;
/** Of what is no stage; the network where it is none of them. */
export const partTitle = (part: string): string =>
  say(Object.hasOwn(partTitles, part) ? partTitles[part as keyof typeof partTitles] : 'Network');

/** Whether and how a block is there in training. */
export function fateOfBlock({ survival, shortcut }: BlockPlan): string {
  if (survival < 1)
    return say('P = {survival}, a dropped block is its shortcut, not computed', {
      survival: Number(survival.toFixed(3)),
    });
  return say(shortcut === null ? 'Plain: no shortcut' : 'Always there');
}

/** `16 channels, 32 × 32`. */
export const mapInWords = ({ channels, height, width }: Shape): string =>
  say('{channels} channels, {height} × {width}', { channels, height, width });

/** `18 bottleneck`. */
export const blocksInWords = (count: number, { block }: Spec): string =>
  say('{count} {blocks}', { count, blocks: say(blockNames[block]) });

/** Where there is little room. */
export const shortBlockNames: Readonly<Record<Spec['block'], Words>> = {
  basic: 'basic',
  bottleneck: 'bottleneck',
  preactBasic: 'pre-basic',
  preactBottleneck: 'pre-bottl.',
};

/** What the head does: `average, 64 → 10`. */
export const averageInWords = ({ head, classes }: Plan): string =>
  say('average, {channels} → {classes}', { channels: head.at(-1)?.input.channels ?? '', classes });
