/** Reads a stream piece by piece, as a file with an order of its own is read from front to back. */
import { malformed } from './refuse.ts';
import { tell } from '../shared/told.ts';

export class Pull {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #file: string;
  #rest: Uint8Array = new Uint8Array(0);
  #position = 0;

  constructor(chunks: AsyncIterable<Uint8Array>, file: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#file = file;
  }

  /** Bytes that were taken. */
  get position(): number {
    return this.#position;
  }

  /** Whether there is nothing more. */
  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill());
  }

  /** The next bytes in pieces as they come. @throws {Expected} `import.malformed` where the stream ends before */
  async *some(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      if (!(await this.#fill()))
        throw malformed(
          this.#file,
          tell('{length} bytes from byte {from} on', { length, from: this.#position + left - length }),
          tell('an earlier end'),
        );
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      this.#position += part.length;
      left -= part.length;
      yield part;
    }
  }

  /** The next bytes in one piece; for few of them. @throws {Expected} `import.malformed` where the stream ends before */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this.some(length)) parts.push(part);
    return new Uint8Array(Buffer.concat(parts));
  }

  async skip(length: number): Promise<void> {
    const pieces = this.some(length);
    while (!(await pieces.next()).done);
  }

  /** Lets the stream go. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#rest = next.value;
    }
    return true;
  }
}
