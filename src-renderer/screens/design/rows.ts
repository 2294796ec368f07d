/** A network as the rows of an outline, from input to output; what is closed shows one row. Pure. */
import { say } from '../../../src-main/shared/language.ts';
import { blockCost, stepCost, stepsCost } from '../../../src-main/shared/network/cost.ts';
import type { BlockPlan, Plan, Step } from '../../../src-main/shared/network/plan.ts';
import type { Shape, Spec } from '../../../src-main/shared/network/spec.ts';
import { counted, joined, shapeInWords } from '../../../src-main/shared/words.ts';
import { blockName, stageName, stepsOfBlock } from '../../state/selection.ts';
import { blocksInWords, blockTitle, stageTitle } from '../../words/network.ts';
import { boxOf } from './figure.ts';

export interface Row {
  /** A selection. */
  readonly id: string;
  /** From 1. */
  readonly level: number;
  readonly title: string;
  readonly note: string;
  /** Null: nothing lies inside. */
  readonly isOpen: boolean | null;
  /** Output; empty where the network cannot be built. */
  readonly output: string;
  readonly parameters: number;
  /** Multiply-adds of one image, forward. */
  readonly macs: number;
  /** Kept activations of one image in bytes; everything inside is counted. */
  readonly keptBytes: number;
  /** Survival of a block; null for what is no block. */
  readonly survival: number | null;
}

type Kept = ReadonlyMap<string, number>;

/** Rows of a plan; `open` holds the names of what is open. Takes time linear in the number of blocks and open steps. */
export function rowsOf(plan: Plan, open: ReadonlySet<string>, kept: Kept): Row[] {
  const stem = chainRows('stem', say('Stem'), plan.stem, open, kept);
  const head = chainRows('head', say('Head'), plan.head, open, kept);
  const input: Row = {
    id: 'input',
    level: 1,
    title: say('Input'),
    note: counted(plan.classes, 'class', 'classes'),
    isOpen: null,
    output: shapeInWords(plan.input),
    parameters: 0,
    macs: 0,
    keptBytes: kept.get('input') ?? 0,
    survival: null,
  };
  return [input, ...stem, ...plan.stages.flatMap((_, index) => stageRows(plan, index, open, kept)), ...head];
}

/** Rows of a network that cannot be built: its outermost parts, without numbers. */
export function bareRows(spec: Spec): Row[] {
  const row = (id: string, title: string, note: string): Row => ({
    id,
    level: 1,
    title,
    note,
    isOpen: null,
    output: '',
    parameters: 0,
    macs: 0,
    keptBytes: 0,
    survival: null,
  });
  return [
    row('input', say('Input'), spec.input ? shapeInWords(spec.input) : say('chosen by the data')),
    row('stem', say('Stem'), counted(spec.stem.width, 'channel')),
    ...spec.stages.map(({ blocks }, index) => row(stageName(index), stageTitle(index), blocksInWords(blocks, spec))),
    row('head', say('Head'), ''),
  ];
}

function chainRows(id: 'stem' | 'head', title: string, steps: readonly Step[], open: ReadonlySet<string>, kept: Kept) {
  const isOpen = open.has(id);
  const { parameters, macs } = stepsCost(steps);
  const row: Row = {
    id,
    level: 1,
    title,
    note: joined(steps.map((step) => boxOf(step).title.toLowerCase())),
    isOpen,
    output: outputWords(steps.at(-1)?.output),
    parameters,
    macs,
    keptBytes: steps.reduce((sum, { name }) => sum + (kept.get(name) ?? 0), 0),
    survival: null,
  };
  return isOpen ? [row, ...steps.map((step) => stepRow(step, 2, kept))] : [row];
}

function stageRows(plan: Plan, index: number, open: ReadonlySet<string>, kept: Kept): Row[] {
  const stage = plan.stages[index];
  if (!stage) return [];
  const id = stageName(index);
  const costs = stage.blocks.map((block) => ({ ...blockCost(block), keptBytes: keptOf(block, kept) }));
  const sum = (of: (cost: (typeof costs)[number]) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  const isOpen = open.has(id);
  const row: Row = {
    id,
    level: 1,
    title: stageTitle(index),
    note: blocksInWords(stage.blocks.length, plan.spec),
    isOpen,
    output: outputWords(stage.output),
    parameters: sum(({ parameters }) => parameters),
    macs: sum(({ macs }) => macs),
    keptBytes: sum(({ keptBytes }) => keptBytes),
    survival: null,
  };
  if (!isOpen) return [row];
  return [
    row,
    ...stage.blocks.flatMap((block, place) => {
      const blockId = blockName(index, place);
      const isBlockOpen = open.has(blockId);
      const { parameters = 0, macs = 0, keptBytes = 0 } = costs[place] ?? {};
      const blockRow: Row = {
        id: blockId,
        level: 2,
        title: blockTitle(place),
        note: shapesWords(block.input, block.output),
        isOpen: isBlockOpen,
        output: outputWords(block.output),
        parameters,
        macs,
        keptBytes,
        survival: block.survival,
      };
      return isBlockOpen ? [blockRow, ...stepsOfBlock(block).map((step) => stepRow(step, 3, kept))] : [blockRow];
    }),
  ];
}

function stepRow(step: Step, level: number, kept: Kept): Row {
  const { parameters, macs } = step.op === 'paths' ? { parameters: 0, macs: 0 } : stepCost(step);
  return {
    id: step.name,
    level,
    title: step.name
      .split('/')
      .slice(level === 2 ? 1 : 2)
      .join('/'),
    note: boxOf(step).title,
    isOpen: null,
    output: outputWords(step.output),
    parameters,
    macs,
    keptBytes: kept.get(step.name) ?? 0,
    survival: null,
  };
}

const keptOf = (block: BlockPlan, kept: Kept): number =>
  stepsOfBlock(block).reduce((sum, { name }) => sum + (kept.get(name) ?? 0), kept.get(block.name) ?? 0);

const outputWords = (shape: Shape | undefined): string => (shape ? shapeInWords(shape) : '');

const shapesWords = (input: Shape, output: Shape): string =>
  input.channels === output.channels
    ? say('{count} channels', { count: output.channels })
    : say('{from} → {to} channels', { from: input.channels, to: output.channels });
