/**
 * The plain kind of JPEG: one scan, 8 bits, grey or YCbCr, no colour profile, not turned (ITU-T T.81, JFIF 1.02). It is
 * decoded by libjpeg-turbo in WebAssembly, at once and inside its own memory, which spares a small image the pipeline of
 * the image library: that costs five times as much as the decoding. The bytes are the same; whatever is not plain, or
 * not without blemish, is left to that library.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Picture } from './treat.ts';

/** Larger images gain little and would hold up everything else. */
const mostPixels = 512 * 512;
const mostBytes = 512 * 1024;
const [rgb, grey] = [0, 6];

/** As much of the language's WebAssembly as is used here; its types come with those of browsers only. */
interface Assembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}
const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Assembly }).WebAssembly;

interface Turbo {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(place: number): void;
  tjInitDecompress(): number;
  tjDestroy(handle: number): void;
  tjDecompress2(
    handle: number,
    from: number,
    bytes: number,
    to: number,
    width: number,
    pitch: number,
    height: number,
    format: number,
    flags: number,
  ): number;
}

let compiled: object | null = null;
/** One decoder is used for all images until one of them fails in it. */
let turbo: Turbo | null = null;

function start(): Turbo {
  const path = createRequire(import.meta.url).resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm');
  compiled ??= new Module(readFileSync(path));
  // Errors of the library leave by a jump, which cannot be made here: the whole decoder is thrown away instead.
  const leave = () => {
    throw new Error('libjpeg-turbo gave up');
  };
  const system = {
    environ_sizes_get: () => 0,
    environ_get: leave,
    proc_exit: leave,
    fd_close: leave,
    fd_seek: leave,
    fd_write: leave,
  };
  const imports = { env: { setjmp: () => 0, longjmp: leave }, wasi_snapshot_preview1: system };
  return new Instance(compiled, imports).exports as Turbo;
}

interface Frame {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

const begins = (bytes: Uint8Array, at: number, text: string) =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text;

/** Size and channels where a JPEG is of the plain kind, else null. */
export function plainFrame(bytes: Uint8Array): Frame | null {
  if (bytes.length > mostBytes) return null;
  let frame: Frame | null = null;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    const content = at + 4;
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9) || length < 2) return null;
    if (marker === 0xda) {
      const scan = Buffer.from([0xff, 0xda]);
      const isOnly = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(scan, content) < 0;
      return isOnly ? frame : null;
    }
    if (begins(bytes, content, 'Exif') || begins(bytes, content, 'ICC_PROFILE') || begins(bytes, content, 'Adobe'))
      return null;
    if (marker === 0xc0) {
      if (frame || at + 2 + length > bytes.length) return null;
      const [height, width] = [1, 3].map(
        (place) => ((bytes[content + place] as number) << 8) | (bytes[content + place + 1] as number),
      ) as [number, number];
      const channels = bytes[content + 5] as number;
      const ids = Array.from({ length: channels === 3 ? 3 : 0 }, (_, index) => bytes[content + 6 + 3 * index]);
      const isPlain = bytes[content] === 8 && (channels === 1 || ids.join() === '1,2,3');
      if (!isPlain || height < 1 || width < 1 || height * width > mostPixels) return null;
      frame = { height, width, channels: channels as 1 | 3 };
    } else if (marker > 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xcc) return null;
    at += 2 + length;
  }
  return null;
}

/** The pixels of a plain JPEG without any blemish; null for others, which may still be good. */
export function decodePlain(bytes: Uint8Array): Picture | null {
  const frame = plainFrame(bytes);
  if (!frame) return null;
  const { height, width, channels } = frame;
  try {
    turbo ??= start();
    const { memory, malloc, free } = turbo;
    const from = malloc(bytes.length);
    const to = malloc(height * width * channels);
    const handle = turbo.tjInitDecompress();
    if (from === 0 || to === 0 || handle === 0) throw new Error('libjpeg-turbo has no memory');
    new Uint8Array(memory.buffer, from, bytes.length).set(bytes);
    const format = channels === 1 ? grey : rgb;
    const status = turbo.tjDecompress2(handle, from, bytes.length, to, width, width * channels, height, format, 0);
    const pixels = new Uint8Array(memory.buffer, to, height * width * channels).slice();
    turbo.tjDestroy(handle);
    free(from);
    free(to);
    return status === 0 ? { height, width, channels, pixels } : null;
  } catch (thrown) {
    // What the decoder left behind is of no use; a file that cannot be there is another matter.
    turbo = null;
    if ((thrown as NodeJS.ErrnoException).code !== undefined) throw thrown;
    return null;
  }
}
