/** Keys that do the same on the canvas and in the outline. */
import type { Designer } from '../../state/designer.svelte.ts';
import { blockOf, layerOf, parentOf } from '../../state/selection.ts';
import { bareRows, rowsOf } from './rows.ts';

/** The rows that can be walked, as the outline shows them. */
export const rowsToWalk = (designer: Designer) =>
  designer.plan && designer.keptBytes
    ? rowsOf(designer.plan, designer.open, designer.keptBytes)
    : bareRows(designer.spec);

/** Does what a key asks for; false where it asks for nothing here. */
export function pressOnNetwork(designer: Designer, event: KeyboardEvent): boolean {
  const { selected } = designer;
  const rows = rowsToWalk(designer);
  const at = rows.findIndex(({ id }) => id === selected);
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row) designer.select(row.id);
  };
  const withControl: Record<string, () => void> = {
    c: () => designer.copyStage(),
    x: () => {
      designer.copyStage();
      designer.removeStage();
    },
    v: () => designer.pasteStage(),
    d: () => designer.duplicateStage(),
  };
  const withAlt: Record<string, () => void> = {
    ArrowUp: () => designer.moveStageBy(-1),
    ArrowDown: () => designer.moveStageBy(1),
  };
  const canOpen = rows[at]?.isOpen ?? null;
  const alone: Record<string, () => void> = {
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at < 0 ? rows.length - 1 : at - 1),
    PageDown: () => go(at + 10),
    PageUp: () => go(at - 10),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    ArrowRight: () => (canOpen === false ? designer.toggle(selected, true) : go(at + 1)),
    ArrowLeft: () => {
      if (canOpen) designer.toggle(selected, false);
      else if (selected.includes('/')) designer.select(parentOf(selected));
    },
    Enter: () => focusInspector(),
    Escape: () => designer.select(parentOf(selected)),
    Insert: () => designer.addStage(),
    Delete: () => {
      if (blockOf(selected) === null && layerOf(selected) === null) designer.removeStage();
    },
  };
  const table = event.ctrlKey || event.metaKey ? withControl : event.altKey ? withAlt : alone;
  const act = Object.hasOwn(table, event.key) ? table[event.key] : undefined;
  act?.();
  return act !== undefined;
}

/** The first field of what is chosen. */
function focusInspector(): void {
  document.querySelector<HTMLElement>('[data-inspector] input, [data-inspector] select')?.focus();
}
