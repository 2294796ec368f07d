/**
 * Channels: several connections over one pipe between two processes, each with an end of its own.
 *
 * The shell opens one for every page and one for itself, core serves each as if it were a pipe of its own
 * (`acceptChannels` gives the stream ends that `streamPort` takes). So a page that sends rubbish loses its own
 * connection only, and the shell passes frames on without reading them.
 *
 * On the pipe: u32 kind (1 open, 2 data, 3 close), u32 channel, u32 length, all little-endian, then that many bytes.
 * One write is one message: boundaries are kept.
 */
import { frameLimits } from './frame.ts';
import type { ReadingEnd, WritingEnd } from './port.ts';

const kinds = { open: 1, data: 2, close: 3 } as const;
const headerBytes = 12;
/** More open connections than this are a fault of the other side. */
const mostChannels = 256;

/** A duplex pipe as Node has it. */
export type Pipe = ReadingEnd & WritingEnd;

/** One end of one channel. */
export interface Channel {
  /** Sends one message of at most `frameLimits.bytes`. After the close it does nothing. */
  send(message: Uint8Array): void;
  onMessage(listener: (message: Uint8Array) => void): void;
  /** Called once, whoever closed it; at once where it is closed already. */
  onClose(listener: () => void): void;
  close(): void;
  /** Bytes of the whole pipe that have not left yet. */
  pendingBytes(): number;
}

class ChannelEnd implements Channel {
  #early: Uint8Array[] = [];
  #listener: ((message: Uint8Array) => void) | null = null;
  #closeListeners: (() => void)[] = [];
  isClosed = false;
  readonly #write: (kind: number, message: Uint8Array) => void;
  readonly #pending: () => number;

  constructor(write: (kind: number, message: Uint8Array) => void, pending: () => number) {
    this.#write = write;
    this.#pending = pending;
  }
  receive(message: Uint8Array): void {
    if (this.isClosed) return;
    if (this.#listener) this.#listener(message);
    else this.#early.push(message);
  }
  /** The other side closed it, or the pipe ended. */
  ended(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const listener of this.#closeListeners.splice(0)) listener();
  }
  send(message: Uint8Array): void {
    if (message.length > frameLimits.bytes) throw new RangeError(`${message.length} bytes in one message`);
    if (!this.isClosed) this.#write(kinds.data, message);
  }
  onMessage(listener: (message: Uint8Array) => void): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }
  onClose(listener: () => void): void {
    if (this.isClosed) listener();
    else this.#closeListeners.push(listener);
  }
  close(): void {
    if (this.isClosed) return;
    this.#write(kinds.close, new Uint8Array(0));
    this.ended();
  }
  pendingBytes(): number {
    return this.#pending();
  }
}

/** Cuts the pipe's bytes into messages; throws RangeError where the other side does not keep to the format. */
class ChannelReader {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #wanted = headerBytes;

  push(chunk: Uint8Array, take: (kind: number, channel: number, message: Uint8Array) => void): void {
    this.#chunks.push(chunk.slice());
    this.#bytes += chunk.length;
    while (this.#bytes >= this.#wanted) {
      const bytes = this.#joined();
      const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
      const length = header.getUint32(8, true);
      if (length > frameLimits.bytes) throw new RangeError(`${length} bytes announced`);
      this.#wanted = headerBytes + length;
      if (bytes.length < this.#wanted) return;
      const message = bytes.subarray(headerBytes, this.#wanted);
      this.#chunks = [bytes.subarray(this.#wanted)];
      this.#bytes = bytes.length - this.#wanted;
      this.#wanted = headerBytes;
      take(header.getUint32(0, true), header.getUint32(4, true), message);
    }
  }

  #joined(): Uint8Array {
    const [first] = this.#chunks;
    if (first && this.#chunks.length === 1) return first;
    const joined = new Uint8Array(this.#bytes);
    let offset = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, offset);
      offset += chunk.length;
    }
    this.#chunks = [joined];
    return joined;
  }
}

/** What both ends of a pipe do. `accept` is null on the side that opens channels. */
function channelsOver(pipe: Pipe, accept: ((channel: Channel) => void) | null, onEnd: () => void) {
  const open = new Map<number, ChannelEnd>();
  const reader = new ChannelReader();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    for (const channel of open.values()) channel.ended();
    open.clear();
    pipe.destroy();
    onEnd();
  };
  const makeEnd = (id: number): ChannelEnd => {
    const write = (kind: number, message: Uint8Array) => {
      if (ended) return;
      const bytes = new Uint8Array(headerBytes + message.length);
      const header = new DataView(bytes.buffer);
      header.setUint32(0, kind, true);
      header.setUint32(4, id, true);
      header.setUint32(8, message.length, true);
      bytes.set(message, headerBytes);
      pipe.write(bytes);
      if (kind === kinds.close) open.delete(id);
    };
    const channel = new ChannelEnd(write, () => pipe.writableLength);
    open.set(id, channel);
    if (!accept) write(kinds.open, new Uint8Array(0));
    return channel;
  };
  const take = (kind: number, id: number, message: Uint8Array) => {
    if (kind === kinds.open && accept && !open.has(id) && open.size < mostChannels) accept(makeEnd(id));
    else if (kind === kinds.data) open.get(id)?.receive(message);
    else if (kind === kinds.close) {
      const channel = open.get(id);
      open.delete(id);
      channel?.ended();
    } else throw new RangeError(`kind ${kind} on channel ${id}`);
  };
  pipe.on('data', (chunk) => {
    if (ended) return;
    try {
      reader.push(chunk, take);
    } catch {
      end();
    }
  });
  pipe.on('end', end);
  pipe.on('close', end);
  pipe.on('error', end);
  return { makeEnd, isEnded: () => ended };
}

/** The side that opens channels. `onEnd` is called once when the pipe is gone; every channel is closed by then. */
export function openChannels(pipe: Pipe, onEnd: () => void): { open(): Channel } {
  const channels = channelsOver(pipe, null, onEnd);
  let nextId = 1;
  return {
    open() {
      const channel = channels.makeEnd(nextId++);
      if (channels.isEnded()) channel.ended();
      return channel;
    },
  };
}

/**
 * The side that serves: `serve` gets the two stream ends of every new channel, ready for `streamPort(reading, writing)`.
 * `onEnd` is called once when the pipe is gone.
 */
export function acceptChannels(
  pipe: Pipe,
  serve: (reading: ReadingEnd, writing: WritingEnd) => void,
  onEnd: () => void,
): void {
  const accept = (channel: Channel) => {
    const ends = streamEnds(channel);
    serve(ends, ends);
  };
  channelsOver(pipe, accept, onEnd);
}

/** A channel in the shape of a duplex stream; every write is one message. */
export function streamEnds(channel: Channel): Pipe {
  return {
    on(event: string, listener: (argument: never) => void) {
      if (event === 'data') channel.onMessage(listener as (chunk: Uint8Array) => void);
      if (event === 'end') channel.onClose(listener as () => void);
      return undefined;
    },
    write: (chunk) => channel.send(chunk),
    destroy: () => channel.close(),
    end: () => channel.close(),
    get writableLength() {
      return channel.pendingBytes();
    },
  };
}
