/** Stages that are dragged to another place, on the canvas and in the outline; Alt with an arrow key does the same. */
import type { Attachment } from 'svelte/attachments';
import type { Designer } from '../../state/designer.svelte.ts';

/** Names what is dragged, so that files and other things are no stage. */
const kind = 'application/x-residua-stage';

/**
 * Makes an element of a stage one that can be dragged and dropped on: the dragged stage takes its place. While something
 * is over it, it has `data-drop`. @param stage from 0; null: the element is no stage's.
 */
export const dragStage =
  (designer: Designer, stage: number | null): Attachment<HTMLElement> =>
  (element) => {
    if (stage === null) return;
    const listening = new AbortController();
    const on = (name: 'dragstart' | 'dragover' | 'dragleave' | 'drop', hear: (event: DragEvent) => void) =>
      element.addEventListener(name, hear, { signal: listening.signal });
    const holdsStage = (event: DragEvent) => event.dataTransfer?.types.includes(kind) ?? false;
    element.draggable = true;
    on('dragstart', ({ dataTransfer }) => {
      dataTransfer?.setData(kind, String(stage));
      if (dataTransfer) dataTransfer.effectAllowed = 'move';
    });
    on('dragover', (event) => {
      if (!holdsStage(event)) return;
      event.preventDefault();
      // The window takes files only, and would refuse it.
      event.stopPropagation();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'move';
      element.toggleAttribute('data-drop', true);
    });
    on('dragleave', () => element.removeAttribute('data-drop'));
    on('drop', (event) => {
      element.removeAttribute('data-drop');
      if (!holdsStage(event)) return;
      event.preventDefault();
      event.stopPropagation();
      designer.moveStage(Number(event.dataTransfer?.getData(kind)), stage);
    });
    return () => {
      listening.abort();
      element.draggable = false;
    };
  };
