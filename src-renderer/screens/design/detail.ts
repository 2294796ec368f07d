/** The drawing beside the column: of the block that stands for what is chosen, or of the stem or head. */
import { createContext } from 'svelte';
import type { Plan } from '../../../src-main/shared/network/plan.ts';
import { shownBlock } from '../../state/selection.ts';
import { drawBlock, drawChain } from './drawing.ts';
import type { Drawing } from './drawing.ts';

export interface Detail {
  /** Null for stem and head. */
  readonly shown: ReturnType<typeof shownBlock>;
  readonly drawing: Drawing;
}

/** Null where nothing with layers is chosen. */
export function detailOf(plan: Plan, selected: string): Detail | null {
  const shown = shownBlock(plan, selected);
  if (shown) return { shown, drawing: drawBlock(shown.block) };
  const chain = selected.startsWith('stem') ? plan.stem : selected.startsWith('head') ? plan.head : null;
  return chain && { shown: null, drawing: drawChain(chain) };
}

/** How the node of the drawing gets at it: plans are too large to be a node's data. */
export const [getDetail, setDetail] = createContext<{ readonly detail: Detail | null }>();
