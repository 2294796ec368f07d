/**
 * Ports: two ends that send each other messages, whatever carries them; and the typed client of core's contract.
 *
 * Runs on Node 16, Node 24 and in a page: streams and sockets are described by what is used of them.
 */
import type { Answer, CallInput, CallName, CallOutput, Change, Request } from './contract.ts';
import { Expected, expected } from './failure.ts';
import type { Failure } from './failure.ts';
import { decodeFrame, encodeFrame, FrameError, FrameReader } from './frame.ts';
import { retold } from './told.ts';

export interface Port {
  /** Sends a message (see frame.ts for what it may hold). After the port closed it does nothing. */
  send(message: unknown): void;
  /** Sets the one listener; messages that came earlier are delivered to it first. */
  onMessage(listener: (message: unknown) => void): void;
  close(): void;
  /** Called once, with the reason where it was not asked for; at once where the port is closed already. */
  onClose(listener: (reason: string | null) => void): void;
  /** Bytes accepted by `send` that have not left yet. */
  pendingBytes(): number;
}

/** Keeps listeners and the messages that come before them; the carrier calls `receive` and `closed`. */
class Inbox {
  #listener: ((message: unknown) => void) | null = null;
  #early: unknown[] = [];
  #closeListeners: ((reason: string | null) => void)[] = [];
  #closedWith: { reason: string | null } | null = null;

  get isClosed(): boolean {
    return this.#closedWith !== null;
  }
  receive(message: unknown): void {
    if (this.isClosed) return;
    if (this.#listener) this.#listener(message);
    else this.#early.push(message);
  }
  closed(reason: string | null): void {
    if (this.isClosed) return;
    this.#closedWith = { reason };
    for (const listener of this.#closeListeners.splice(0)) listener(reason);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }
  onClose(listener: (reason: string | null) => void): void {
    if (this.#closedWith) listener(this.#closedWith.reason);
    else this.#closeListeners.push(listener);
  }
}

/** Two connected ports in one process. Messages pass through frames, so that nothing is shared between the sides. */
export function portPair(): [Port, Port] {
  const inboxes: [Inbox, Inbox] = [new Inbox(), new Inbox()];
  const close = () => {
    for (const inbox of inboxes) inbox.closed(null);
  };
  const end = (own: Inbox, other: Inbox): Port => ({
    send(message) {
      if (own.isClosed) return;
      const frame = encodeFrame(message);
      queueMicrotask(() => other.receive(decodeFrame(frame)));
    },
    onMessage: (listener) => own.onMessage(listener),
    onClose: (listener) => own.onClose(listener),
    close,
    pendingBytes: () => 0,
  });
  return [end(inboxes[0], inboxes[1]), end(inboxes[1], inboxes[0])];
}

/** What is used of a Node stream; a duplex pipe is both. */
export interface ReadingEnd {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'close' | 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
export interface WritingEnd {
  write(chunk: Uint8Array): unknown;
  end(): unknown;
  destroy(): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  readonly writableLength: number;
}

/** A port over a pair of byte streams, or over one duplex stream given twice. Malformed bytes close it. */
export function streamPort(reading: ReadingEnd, writing: WritingEnd): Port {
  const inbox = new Inbox();
  const reader = new FrameReader();
  const close = (reason: string | null) => {
    if (inbox.isClosed) return;
    inbox.closed(reason);
    // What was sent before an ordinary close still leaves.
    if (reason === null) writing.end();
    else writing.destroy();
  };
  reading.on('data', (chunk) => {
    if (inbox.isClosed) return;
    try {
      reader.push(chunk, (message) => inbox.receive(message));
    } catch (thrown) {
      if (!(thrown instanceof FrameError)) throw thrown;
      close(thrown.message);
    }
  });
  const ended = () => close(reader.pendingBytes > 0 ? 'ended in the middle of a message' : 'the other side ended');
  reading.on('end', ended);
  reading.on('close', ended);
  reading.on('error', (error) => close(error.message));
  writing.on('error', (error) => close(error.message));
  return {
    send(message) {
      if (!inbox.isClosed) writing.write(encodeFrame(message));
    },
    onMessage: (listener) => inbox.onMessage(listener),
    onClose: (listener) => inbox.onClose(listener),
    close: () => close(null),
    pendingBytes: () => writing.writableLength,
  };
}

/** What is used of a WebSocket, the browser's or that of `ws`. */
export interface Socket {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(event: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(event: 'close', listener: (event: { code: number; reason: string }) => void): void;
}

/** A port over an open WebSocket: one frame in each binary message. Anything else closes it. */
export function socketPort(socket: Socket): Port {
  const inbox = new Inbox();
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => {
    let message: unknown;
    try {
      if (!(data instanceof ArrayBuffer)) throw new Error('a message that is not binary');
      message = decodeFrame(new Uint8Array(data));
    } catch (thrown) {
      socket.close(1002);
      return inbox.closed(thrown instanceof Error ? thrown.message : String(thrown));
    }
    inbox.receive(message);
  });
  socket.addEventListener('close', ({ code, reason }) => inbox.closed(reason || `the connection closed (${code})`));
  return {
    send(message) {
      if (!inbox.isClosed) socket.send(encodeFrame(message));
    },
    onMessage: (listener) => inbox.onMessage(listener),
    onClose: (listener) => inbox.onClose(listener),
    close() {
      socket.close(1000);
      inbox.closed(null);
    },
    pendingBytes: () => socket.bufferedAmount,
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Core's contract over a port, typed. Failures are thrown as `Expected`; a lost port fails every open call. */
export class Client {
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  #nextId = 1;
  #lost: string | null = null;

  constructor(port: Port) {
    this.#port = port;
    port.onMessage((message) => this.#receive(message as Answer));
    port.onClose((reason) => {
      this.#lost = reason ?? 'closed';
      for (const waiting of this.#waiting.values())
        waiting.reject(expected('core.lost', { reason: retold(this.#lost) }));
      this.#waiting.clear();
    });
  }

  /** Asks core. Rejects with `Expected`: whatever the call may fail with, or `core.lost`. */
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return this.#ask({ kind: 'call', name, input }) as Promise<CallOutput<Name>>;
  }

  /** Listens to what core publishes, in batches, from the answer on. Resolves to a function that ends it. */
  async watch(listener: (changes: readonly Change[]) => void): Promise<() => void> {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) await this.#ask({ kind: 'watch' });
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0 && this.#lost === null)
        void this.#ask({ kind: 'unwatch' }).catch(() => undefined);
    };
  }

  onLost(listener: (reason: string | null) => void): void {
    this.#port.onClose(listener);
  }

  close(): void {
    this.#port.close();
  }

  #ask(
    request: { kind: 'call'; name: string; input: unknown } | { kind: 'watch' } | { kind: 'unwatch' },
  ): Promise<unknown> {
    if (this.#lost !== null) return Promise.reject(expected('core.lost', { reason: retold(this.#lost) }));
    const id = this.#nextId++;
    const message: Request = { ...request, id };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      try {
        this.#port.send(message);
      } catch (thrown) {
        this.#waiting.delete(id);
        reject(thrown as Error);
      }
    });
  }

  #receive(answer: Answer): void {
    if (answer.kind === 'changes') {
      for (const listener of this.#listeners) listener(answer.changes);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new Expected(answer.failure as Failure));
  }
}
