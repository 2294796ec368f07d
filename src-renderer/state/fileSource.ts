/** A file that a person dropped or chose, as core may open it: by the shell's token in the window, sent up in a browser. */
import { Expected } from '../../src-main/shared/failure.ts';
import type { Failure } from '../../src-main/shared/failure.ts';
import type { Source } from '../../src-main/shared/import.ts';

/** @throws {Expected} where the shell or the server refuses the file */
export async function sourceOfFile(file: File): Promise<Source> {
  const desktop = window.residua?.desktop;
  if (desktop) {
    const answer = await desktop.pathToken(file);
    if (!answer.ok) throw new Expected(answer.failure);
    return { tokens: [answer.value.token] };
  }
  const response = await fetch(`upload?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file });
  const answer = (await response.json()) as { upload: string } | { failure: Failure };
  if ('failure' in answer) throw new Expected(answer.failure);
  return { uploads: [answer.upload] };
}
