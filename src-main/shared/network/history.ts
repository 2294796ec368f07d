/**
 * Undo and redo over any document: a line of states with the present one among them. Pure.
 *
 * Laws: undo after a change gives the state before it, redo after that undo the state after it.
 */

export interface Change<Document> {
  readonly document: Document;
  /** What led here, e.g. `Set blocks to 18`; empty for the first state. */
  readonly title: string;
}

export interface History<Document> {
  /** Oldest first. */
  readonly past: readonly Change<Document>[];
  readonly present: Change<Document>;
  /** Next one first. */
  readonly future: readonly Change<Document>[];
  /** Changes of one gesture carry one key and count as one; null after anything that ends a gesture. */
  readonly gesture: string | null;
}

/** So many steps back are kept. */
export const mostSteps = 500;

export const begin = <Document>(document: Document): History<Document> => ({
  past: [],
  present: { document, title: '' },
  future: [],
  gesture: null,
});

/** A change to `document`. The same document again changes nothing; `gesture` joins it to the change before it. */
export function change<Document>(
  history: History<Document>,
  document: Document,
  title: string,
  gesture: string | null = null,
): History<Document> {
  if (document === history.present.document) return history;
  const joins = gesture !== null && gesture === history.gesture;
  const past = joins ? history.past : [...history.past, history.present].slice(-mostSteps);
  return { past, present: { document, title }, future: [], gesture };
}

/** Ends a gesture: the next change is one of its own. */
export const settle = <Document>(history: History<Document>): History<Document> =>
  history.gesture === null ? history : { ...history, gesture: null };

/** One change back; the same where there is none. */
export function undo<Document>(history: History<Document>): History<Document> {
  const before = history.past.at(-1);
  if (!before) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    gesture: null,
  };
}

/** One change forward; the same where there is none. */
export function redo<Document>(history: History<Document>): History<Document> {
  const [next, ...future] = history.future;
  if (!next) return history;
  return { past: [...history.past, history.present], present: next, future, gesture: null };
}
