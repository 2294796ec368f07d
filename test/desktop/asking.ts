/** Talks to core as the page does, frame by frame, without the page's own client. */
import type { Page } from 'playwright-core';
import type {} from '../../src-main/shared/desktop.ts';
import type { CallInput, CallName, CallOutput, Run } from '../../src-main/shared/contract.ts';
import { decodeFrame, encodeFrame } from '../../src-main/shared/frame.ts';

/** Sends bytes on a connection of its own; the first frame that comes back, or why the connection ended. */
export async function exchange(page: Page, frame: Uint8Array): Promise<{ answer: unknown } | { closed: string }> {
  const outcome = await page.evaluate(
    (bytes) =>
      new Promise<number[] | string>((resolve) => {
        const pipe = window.residua?.connect(
          (answer) => {
            resolve([...answer]);
            pipe?.close();
          },
          (reason) => resolve(reason),
        );
        pipe?.send(new Uint8Array(bytes));
      }),
    [...frame],
  );
  return typeof outcome === 'string' ? { closed: outcome } : { answer: decodeFrame(new Uint8Array(outcome)) };
}

/** One call of the contract. Rejects with the failure's code. */
export async function ask<Name extends CallName>(
  page: Page,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> {
  const outcome = await exchange(page, encodeFrame({ kind: 'call', id: 1, name, input }));
  const { answer } = outcome as { answer: { ok: boolean; value: CallOutput<Name>; failure?: { code: string } } };
  if (!answer.ok) throw new Error(answer.failure?.code);
  return answer.value;
}

/** Starts a run that goes on until it is stopped. */
export async function endlessRun(page: Page): Promise<Run> {
  const [run] = await ask(page, 'run.start', {
    network: 'resnet20',
    data: 'digits',
    recipe: { duration: { epochs: 10_000 } },
    device: 'cpu',
    seeds: 1,
  });
  if (!run) throw new Error('no run');
  return run;
}

/** Asks for a run until it is as wanted. */
export async function until(page: Page, id: string, wanted: (run: Run) => boolean): Promise<Run> {
  let run: Run | null = null;
  await eventually(async () => wanted((run = (await ask(page, 'run.show', { run: id })).run)));
  return run as unknown as Run;
}

/** Longest wait for something that comes by itself, on any machine. */
const patienceMs = 90_000;

/** Waits for something that comes by itself. */
export async function eventually(check: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!(await check())) {
    if (performance.now() > endMs) throw new Error(`It did not come within ${patienceMs / 1000} s: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
