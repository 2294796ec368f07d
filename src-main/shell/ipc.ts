/** The one door from the page to the shell: who asks and what they ask is checked here, and nowhere else. */
import { BrowserWindow, ipcMain } from 'electron';
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import type { Answered } from '../shared/desktop.ts';
import { expected, failureOf } from '../shared/failure.ts';
import { pageOrigin } from '../shared/policy.ts';
import { safeParse } from '../shared/schema.ts';
import type { GenericSchema, InferOutput } from '../shared/schema.ts';
import { retold, tell } from '../shared/told.ts';
import { toldIssueAt } from '../shared/issue.ts';

/** Windows that the shell made; only their pages are listened to. */
const known = new Set<number>();

export function trustPageOf(contents: WebContents): void {
  const { id } = contents;
  known.add(id);
  contents.once('destroyed', () => known.delete(id));
}

/** The origin of an address of ours, as `scheme://host`; '' for what is no address. Custom schemes have no `origin`. */
export function originOf(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return '';
  }
}

/** True for the top frame of a window of ours while it shows our page. */
export function isOwnPage(event: Pick<IpcMainEvent | IpcMainInvokeEvent, 'sender' | 'senderFrame'>): boolean {
  const frame = event.senderFrame;
  return known.has(event.sender.id) && frame !== null && frame.parent === null && originOf(frame.url) === pageOrigin;
}

/**
 * Answers one kind of wish. The answer is a value: `{ ok, value }` or `{ ok, failure }`; an unknown sender and an input
 * that the schema does not know are refused with `call.invalid`.
 */
export function answer<Schema extends GenericSchema>(
  wish: string,
  schema: Schema,
  handler: (input: InferOutput<Schema>, window: BrowserWindow) => Promise<unknown> | unknown,
): void {
  ipcMain.handle(`residua:${wish}`, async (event, ...inputs: unknown[]): Promise<Answered<unknown>> => {
    try {
      const window = BrowserWindow.fromWebContents(event.sender);
      if (!isOwnPage(event) || !window)
        throw expected('call.invalid', { call: wish, problem: tell('an unknown sender') });
      if (inputs.length !== 1)
        throw expected('call.invalid', { call: wish, problem: tell('{count} inputs', { count: inputs.length }) });
      const checked = safeParse(schema, inputs[0]);
      if (!checked.success) {
        const [issue] = checked.issues;
        throw expected('call.invalid', {
          call: wish,
          problem: toldIssueAt(issue, retold('input')),
        });
      }
      return { ok: true, value: await handler(checked.output, window) };
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === 'bug') console.error(thrown);
      return { ok: false, failure };
    }
  });
}
