/** Tokens instead of paths: the page names what a person chose without ever seeing where it lies. */
import { randomBytes } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ChosenFile } from '../shared/desktop.ts';
import { expected } from '../shared/failure.ts';

/** Tokens that are kept; the oldest is forgotten beyond it. */
const mostTokens = 10_000;

export class Tokens {
  readonly #paths = new Map<string, string>();

  /**
   * Mints a token for a file or folder that a person chose. Links are followed to their end.
   * Fails with `call.invalid` for what is neither: devices, pipes, sockets, nothing at all.
   */
  async mint(path: string): Promise<ChosenFile> {
    const refuse = (problem: string) =>
      expected('call.invalid', { call: 'choose', problem: `${basename(path)}: ${problem}` });
    const real = await realpath(path).catch(() => null);
    const facts = real === null ? null : await lstat(real).catch(() => null);
    if (real === null || !facts) throw refuse('it cannot be read');
    if (!facts.isFile() && !facts.isDirectory()) throw refuse('neither a file nor a folder');
    const token = randomBytes(16).toString('hex');
    this.#paths.set(token, real);
    for (const oldest of this.#paths.keys()) {
      if (this.#paths.size <= mostTokens) break;
      this.#paths.delete(oldest);
    }
    return {
      token,
      name: basename(path),
      kind: facts.isFile() ? 'file' : 'folder',
      bytes: facts.isFile() ? facts.size : 0,
    };
  }

  /** The path behind a token; null for one that was not minted here. */
  resolve(token: string): string | null {
    return this.#paths.get(token) ?? null;
  }
}
