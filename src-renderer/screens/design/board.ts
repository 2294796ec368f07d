/** What the nodes of the board share: the drawing of what is chosen, and the blocks that are in sight. */
import { createContext } from 'svelte';
import type { Plan } from '../../../src-main/shared/network/plan.ts';
import { shownBlock } from '../../state/selection.ts';
import { drawBlock, drawChain } from './drawing.ts';
import type { Drawing } from './drawing.ts';
import type { PlacedBlock } from './layout.ts';

export interface Detail {
  /** Null for stem and head. */
  readonly shown: ReturnType<typeof shownBlock>;
  readonly drawing: Drawing;
}

/** Of the block that stands for what is chosen, or of the stem or head; null where nothing with layers is chosen. */
export function detailOf(plan: Plan, selected: string): Detail | null {
  const shown = shownBlock(plan, selected);
  if (shown) return { shown, drawing: drawBlock(shown.block) };
  const chain = selected.startsWith('stem') ? plan.stem : selected.startsWith('head') ? plan.head : null;
  return chain && { shown: null, drawing: drawChain(chain) };
}

export interface Board {
  readonly detail: Detail | null;
  /** Blocks of open stages that are in sight. */
  readonly blocks: readonly PlacedBlock[];
  /** From afar blocks are strips. */
  readonly isFar: boolean;
}

/** Plans are too large to be a node's data, and what changes while the board moves must not make its nodes anew. */
export const [getBoard, setBoard] = createContext<Board>();
