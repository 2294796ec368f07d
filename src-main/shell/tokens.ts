/** Tokens instead of paths: the page names what a person chose without ever seeing where it lies. */
import { createCipheriv, randomBytes } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ChosenFile } from '../shared/desktop.ts';
import { expected } from '../shared/failure.ts';
import { tell, toldOf } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

const nonceBytes = 12;

export class Tokens {
  /** 64 hexadecimal digits: seals tokens here, opens them in core (core/imports/tokens.ts). New in every session. */
  readonly key = randomBytes(32).toString('hex');

  /**
   * Mints a token for a file or folder that a person chose: its real path, links followed to their end, sealed with
   * AES-256-GCM as base64url of nonce, text and tag.
   * Fails with `call.invalid` for what is neither: devices, pipes, sockets, nothing at all.
   */
  async mint(path: string): Promise<ChosenFile> {
    const refuse = (problem: Told) =>
      expected('call.invalid', {
        call: 'choose',
        problem: toldOf(basename(path), problem),
      });
    const real = await realpath(path).catch(() => null);
    const facts = real === null ? null : await lstat(real).catch(() => null);
    if (real === null || !facts) throw refuse(tell('it cannot be read'));
    if (!facts.isFile() && !facts.isDirectory()) throw refuse(tell('neither a file nor a folder'));
    return {
      token: this.#seal(real),
      name: basename(path),
      kind: facts.isFile() ? 'file' : 'folder',
      bytes: facts.isFile() ? facts.size : 0,
    };
  }

  #seal(path: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(this.key, 'hex'), nonce);
    const text = Buffer.concat([cipher.update(path, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
  }
}
