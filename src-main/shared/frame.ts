/**
 * Frames: how a message travels between processes, on a pipe or a WebSocket. The same on Node 16, Node 24 and in a page.
 *
 * u32 length of the whole frame, u32 length of the JSON (both little-endian), JSON, attachments. The JSON is
 * `{ message, attachments: [[path, type, length], …] }`: every typed array in the message is replaced by null and
 * described by where it stands, its type and its number of elements. Its bytes follow in the order of the list. JSON and
 * attachments each start at a multiple of 8; the gaps are spaces in the JSON and zeros behind attachments.
 */

const attachmentTypes = { Uint8Array, Int32Array, Float32Array, Float64Array } as const;
type AttachmentType = keyof typeof attachmentTypes;
type Attachment = InstanceType<(typeof attachmentTypes)[AttachmentType]>;
type Path = (string | number)[];

const headerBytes = 8;
const align = (bytes: number) => Math.ceil(bytes / 8) * 8;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** What a frame may be at most; whatever is over it is refused before it is kept. */
export const frameLimits = {
  /** Bytes of a whole frame. */
  bytes: 64 * 1024 * 1024,
  /** Levels of nesting in a message. */
  depth: 32,
  attachments: 4096,
} as const;

/** The other side sent something that is not a frame of ours. The connection is of no use after it. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const refuse = (problem: string): never => {
  throw new FrameError(`malformed frame: ${problem}`);
};

function typeOf(array: ArrayBufferView): AttachmentType {
  for (const type of Object.keys(attachmentTypes) as AttachmentType[])
    if (array instanceof attachmentTypes[type]) return type;
  return refuse(`${Object.prototype.toString.call(array)} cannot be attached`);
}

/** A copy of `value` with nulls for typed arrays, which are collected with their paths. */
function detach(value: unknown, path: Path, found: [Path, Attachment][]): unknown {
  if (path.length > frameLimits.depth) refuse(`nested deeper than ${frameLimits.depth}`);
  if (typeof value === 'number' && !Number.isFinite(value)) refuse(`${value} at ${path.join('.')}`);
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint' || value === undefined)
    refuse(`${typeof value} at ${path.join('.')}`);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    typeOf(value);
    found.push([path, value as Attachment]);
    return null;
  }
  if (Array.isArray(value)) return value.map((item, index) => detach(item, [...path, index], found));
  if (Object.prototype.toString.call(value) !== '[object Object]')
    refuse(`${Object.prototype.toString.call(value)} at ${path.join('.')}`);
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (forbiddenKeys.has(key)) refuse(`the key ${key}`);
    if (item !== undefined) copy[key] = detach(item, [...path, key], found);
  }
  return copy;
}

/**
 * Encodes a message: plain objects, arrays, strings, finite numbers, booleans, null and typed arrays (Uint8Array,
 * Int32Array, Float32Array, Float64Array). Undefined properties are left out. Throws FrameError for anything else.
 */
export function encodeFrame(message: unknown): Uint8Array<ArrayBuffer> {
  const found: [Path, Attachment][] = [];
  const bare = detach(message, [], found);
  if (found.length > frameLimits.attachments) refuse(`${found.length} attachments`);
  const table = found.map(([path, array]) => [path, typeOf(array), array.length]);
  const json = new TextEncoder().encode(JSON.stringify({ message: bare, attachments: table }));
  const jsonBytes = align(json.length);
  const length = found.reduce((sum, [, array]) => sum + align(array.byteLength), headerBytes + jsonBytes);
  if (length > frameLimits.bytes) refuse(`${length} bytes; at most ${frameLimits.bytes}`);
  const frame = new Uint8Array(length);
  const header = new DataView(frame.buffer);
  header.setUint32(0, length, true);
  header.setUint32(4, jsonBytes, true);
  frame.fill(0x20, headerBytes, headerBytes + jsonBytes);
  frame.set(json, headerBytes);
  let offset = headerBytes + jsonBytes;
  for (const [, array] of found) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += align(array.byteLength);
  }
  return frame;
}

function checkKeys(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  // The envelope and the table's paths stand above the message.
  if (depth > frameLimits.depth + 3) refuse(`nested deeper than ${frameLimits.depth}`);
  for (const key of Object.keys(value)) {
    if (forbiddenKeys.has(key)) refuse(`the key ${key}`);
    checkKeys((value as Record<string, unknown>)[key], depth + 1);
  }
}

function parseEnvelope(bytes: Uint8Array): { message: unknown; attachments: unknown[] } {
  let envelope: unknown;
  try {
    envelope = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    checkKeys(envelope, 0);
  } catch (thrown) {
    if (thrown instanceof FrameError) throw thrown;
    return refuse('not JSON');
  }
  if (typeof envelope !== 'object' || envelope === null || Object.keys(envelope).join() !== 'message,attachments')
    return refuse('not an envelope');
  const { message, attachments } = envelope as { message: unknown; attachments: unknown };
  if (!Array.isArray(attachments) || attachments.length > frameLimits.attachments)
    return refuse('the attachment table');
  return { message, attachments };
}

/** Puts an attachment in the place of its null; returns the message, which is the attachment itself for an empty path. */
function attach(message: unknown, path: unknown, value: Attachment): unknown {
  if (!Array.isArray(path)) return refuse('an attachment without a path');
  let holder: Record<string, unknown> = { message };
  let key: string = 'message';
  for (const part of path) {
    if (typeof part !== 'string' && !Number.isInteger(part)) return refuse('an attachment path');
    const next = holder[key];
    if (typeof next !== 'object' || next === null || ArrayBuffer.isView(next) || !Object.hasOwn(next, String(part)))
      return refuse('an attachment path that leads nowhere');
    holder = next as Record<string, unknown>;
    key = String(part);
  }
  if (holder[key] !== null) return refuse('an attachment in an occupied place');
  holder[key] = value;
  return path.length === 0 ? value : message;
}

/**
 * Decodes one whole frame. Attachments are copies, so that the bytes given may be reused. Throws FrameError for
 * anything that `encodeFrame` would not have written.
 */
export function decodeFrame(frame: Uint8Array): unknown {
  if (frame.length < headerBytes) return refuse(`${frame.length} bytes`);
  const header = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const length = header.getUint32(0, true);
  const jsonBytes = header.getUint32(4, true);
  if (length !== frame.length) return refuse(`${frame.length} bytes where ${length} were announced`);
  if (length > frameLimits.bytes) return refuse(`${length} bytes; at most ${frameLimits.bytes}`);
  if (jsonBytes % 8 !== 0 || headerBytes + jsonBytes > length) return refuse(`${jsonBytes} bytes of JSON in ${length}`);
  const { message: bare, attachments } = parseEnvelope(frame.subarray(headerBytes, headerBytes + jsonBytes));
  let message = bare;
  let offset = headerBytes + jsonBytes;
  for (const row of attachments) {
    if (!Array.isArray(row) || row.length !== 3) return refuse('the attachment table');
    const [path, type, count] = row as unknown[];
    if (typeof type !== 'string' || !Object.hasOwn(attachmentTypes, type)) return refuse('an unknown attachment type');
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) return refuse('an attachment length');
    const Type = attachmentTypes[type as AttachmentType];
    const bytes = count * Type.BYTES_PER_ELEMENT;
    if (offset + align(bytes) > length) return refuse('an attachment beyond the end');
    message = attach(message, path, new Type(new Uint8Array(frame.subarray(offset, offset + bytes)).buffer));
    offset += align(bytes);
  }
  if (offset !== length) return refuse(`${length - offset} bytes too many`);
  return message;
}

/** Cuts a stream of bytes into frames, whatever the sizes of its chunks. */
export class FrameReader {
  readonly #header = new Uint8Array(headerBytes);
  /** The frame that is coming in, once its header says how long it is. */
  #frame: Uint8Array | null = null;
  #filled = 0;

  /**
   * Takes the next bytes and hands over the messages that they complete, in order. Throws FrameError behind the last
   * message that was whole; the stream is of no use then.
   */
  push(chunk: Uint8Array, take: (message: unknown) => void): void {
    for (let at = 0; at < chunk.length;) {
      // Copied, because streams may reuse their buffers.
      const goal = this.#frame ?? this.#header;
      const part = chunk.subarray(at, at + goal.length - this.#filled);
      goal.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < goal.length) return;
      if (!this.#frame) this.#begin();
      else this.#end(take);
    }
  }

  /** Bytes of a frame that has not come to its end. */
  get pendingBytes(): number {
    return this.#filled;
  }

  #begin(): void {
    const length = new DataView(this.#header.buffer).getUint32(0, true);
    if (length < headerBytes || length > frameLimits.bytes) refuse(`${length} bytes announced`);
    this.#frame = new Uint8Array(length);
    this.#frame.set(this.#header);
  }

  #end(take: (message: unknown) => void): void {
    const frame = this.#frame as Uint8Array;
    this.#frame = null;
    this.#filled = 0;
    take(decodeFrame(frame));
  }
}
