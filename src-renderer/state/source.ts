/** A file of the page as core may open it. */
import { Expected } from '../../src-main/shared/failure.ts';
import type { Source } from '../../src-main/shared/import.ts';
import type { Api } from '../api.ts';

/** By the shell's token in the window, sent up in a browser. Rejects with `Expected`. */
export async function sourceOf(api: Api, file: File): Promise<Source> {
  const { desktop } = api;
  if (!desktop) return { uploads: [await api.upload(file.name, file, () => undefined, new AbortController().signal)] };
  const answer = await desktop.pathToken(file);
  if (!answer.ok) throw new Expected(answer.failure);
  return { tokens: [answer.value.token] };
}
