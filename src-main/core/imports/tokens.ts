/**
 * The shell's tokens for files that a person chose: the real path, sealed with a key that only shell and core have, so
 * that a page can pass on what it was given and nothing else.
 */
import { createDecipheriv } from 'node:crypto';
import { expected } from '../../shared/failure.ts';

const nonceBytes = 12;
const tagBytes = 16;

/**
 * The path behind a token: base64url of a nonce, the AES-256-GCM text of the path and its tag.
 * @param key 64 hexadecimal digits
 * @throws {Expected} `import.forbidden` for tokens that the shell did not make in this session
 */
export function openToken(token: string, key: string | undefined): string {
  try {
    const bytes = Buffer.from(token, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key ?? '', 'hex'), bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const path = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([path, decipher.final()]).toString('utf8');
  } catch {
    throw expected('import.forbidden', {});
  }
}
