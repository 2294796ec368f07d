/** Where the parts of a network stand on the canvas. Pure. */
import type { Plan } from '../../../src-main/shared/network/plan.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { blockName, stageName } from '../../state/selection.ts';

export interface Placed {
  /** A selection. */
  readonly id: string;
  readonly kind: 'input' | 'stem' | 'stage' | 'head';
  readonly y: number;
  readonly height: number;
  /** Number of the stage from 0; -1 for what is none. */
  readonly stage: number;
  readonly isOpen: boolean;
}

export const column = { x: 0, width: 196 } as const;
export const blockRow = { x: 12, width: 172, height: 28, pitch: 36, top: 68 } as const;
const plainHeight = 48;
const stageHeight = 60;
const gap = 35;
/** Left edge of the drawing of a block. */
export const detailX = 300;

/** The column from input to output. A stage that is open is as tall as its blocks. */
export function columnOf(spec: Spec, open: ReadonlySet<string>): Placed[] {
  const placed: Placed[] = [];
  let y = 0;
  const put = (id: string, kind: Placed['kind'], height: number, stage = -1, isOpen = false) => {
    placed.push({ id, kind, y, height, stage, isOpen });
    y += height + gap;
  };
  put('input', 'input', plainHeight);
  put('stem', 'stem', plainHeight);
  for (const [index, { blocks }] of spec.stages.entries()) {
    const isOpen = open.has(stageName(index));
    put(stageName(index), 'stage', isOpen ? blockRow.top + blocks * blockRow.pitch + 4 : stageHeight, index, isOpen);
  }
  put('head', 'head', plainHeight);
  return placed;
}

export interface PlacedBlock {
  readonly id: string;
  readonly stage: number;
  readonly block: number;
  readonly y: number;
}

/** Blocks of open stages between two heights of the canvas; the rest is not drawn. */
export function blocksBetween(plan: Plan, placed: readonly Placed[], top: number, bottom: number): PlacedBlock[] {
  return placed.flatMap(({ kind, isOpen, stage, y }) => {
    if (kind !== 'stage' || !isOpen) return [];
    const count = plan.stages[stage]?.blocks.length ?? 0;
    const first = Math.max(0, Math.floor((top - y - blockRow.top) / blockRow.pitch));
    const last = Math.min(count, Math.ceil((bottom - y - blockRow.top) / blockRow.pitch));
    return Array.from({ length: Math.max(0, last - first) }, (_, index) => {
      const block = first + index;
      return { id: blockName(stage, block), stage, block, y: y + blockRow.top + block * blockRow.pitch };
    });
  });
}

/** Height of what is chosen: the top of its node, or of its block where the stage is open. */
export function heightOf(placed: readonly Placed[], stage: number | null, block: number | null, id: string): number {
  const node = placed.find((each) => (stage === null ? each.id === id.split('/')[0] : each.stage === stage));
  if (!node) return 0;
  return node.isOpen && block !== null ? node.y + blockRow.top + block * blockRow.pitch : node.y;
}

/** Top of a drawing beside what it belongs to: level with it, but not above the column's top. */
export const detailTop = (anchor: number, height: number): number => Math.max(0, anchor - height / 2);

/** The dashed line from a node's right side to the left of what belongs to it. */
export function leader(fromY: number, toY: number, to: number = detailX): string {
  const from = column.width;
  const middle = (from + to) / 2;
  return `M${from} ${fromY}C${middle} ${fromY} ${middle} ${toY} ${to} ${toY}`;
}

export interface Wish {
  /** Where its top would stand best. */
  readonly y: number;
  readonly height: number;
}

/**
 * Tops of boxes below each other, in the order given: none lies over another or above 0, and together they are as near
 * to their wishes as can be (least squares). Neighbours that are in each other's way move as one.
 */
export function stackedTops(wishes: readonly Wish[], between: number): number[] {
  // Without the boxes above them, their tops must only rise.
  let above = 0;
  const offsets = wishes.map(({ height }) => (above += height + between) - height - between);
  const groups: { sum: number; count: number }[] = [];
  const mean = ({ sum, count }: { sum: number; count: number }) => sum / count;
  wishes.forEach(({ y }, index) => {
    let group = { sum: y - (offsets[index] ?? 0), count: 1 };
    for (let last = groups.at(-1); last && mean(last) > mean(group); last = groups.at(-1)) {
      group = { sum: last.sum + group.sum, count: last.count + group.count };
      groups.pop();
    }
    groups.push(group);
  });
  const tops = groups.flatMap((group) => Array.from({ length: group.count }, () => Math.max(0, mean(group))));
  return tops.map((top, index) => top + (offsets[index] ?? 0));
}
