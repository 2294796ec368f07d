/** Unpacks a stream as it comes, without letting either side run ahead. */
import type { Gunzip, Inflate, InflateRaw } from 'node:zlib';
import { malformed } from './refuse.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

export const unpackedChunkBytes = 256 * 1024;

/**
 * What `unpacker` makes of packed bytes. `what` names the packing in the sentence on an error in it. `onGiven` hears how
 * many packed bytes were taken up to now.
 */
export async function* unpacked(
  unpacker: Gunzip | Inflate | InflateRaw,
  packed: AsyncIterable<Uint8Array>,
  file: string,
  what: Told,
  onGiven: (bytes: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  const feed = (async () => {
    for await (const chunk of packed) {
      if (unpacker.destroyed) return;
      given += chunk.length;
      onGiven(given);
      if (!unpacker.write(chunk)) await new Promise<void>((resolve) => unpacker.once('drain', resolve));
      if (unpacker.destroyed) return;
    }
    unpacker.end();
  })();
  feed.catch((thrown: unknown) => unpacker.destroy(thrown as Error));
  try {
    yield* unpacker as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? '';
    throw /^Z_|^ERR_.*PREMATURE/.test(code) ? malformed(file, what, tell('an error in it ({code})', { code })) : thrown;
  } finally {
    unpacker.destroy();
    unpacker.emit('drain');
    // Who reads on in the packed bytes must not meet the feeder there.
    await feed.catch(() => undefined);
  }
}
