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

/** The dashed line from a node's right side to a drawing's left. */
export function leader(fromY: number, toY: number): string {
  const from = column.width;
  const middle = (from + detailX) / 2;
  return `M${from} ${fromY}C${middle} ${fromY} ${middle} ${toY} ${detailX} ${toY}`;
}
