/**
 * The page's only door to core: a pipe through the window's preload, or a WebSocket to the server the page came from.
 *
 * A lost connection is taken up again with growing pauses; calls made meanwhile wait for it.
 */
import type { CallInput, CallName, CallOutput, Change } from '../src-main/shared/contract.ts';
import type { CoreState, DesktopFeatures, ResiduaDesktop } from '../src-main/shared/desktop.ts';
import { Expected } from '../src-main/shared/failure.ts';
import type { Failure } from '../src-main/shared/failure.ts';
import { decodeFrame, encodeFrame } from '../src-main/shared/frame.ts';
import { Client, socketPort } from '../src-main/shared/port.ts';
import type { Port } from '../src-main/shared/port.ts';

export type Connection = 'connecting' | 'connected' | 'lost';

const firstPauseMs = 250;
const longestPauseMs = 5000;

/** The window's pipe as a port. */
function desktopPort(desktop: ResiduaDesktop): Port {
  let onMessage: (message: unknown) => void = () => undefined;
  let onClose: (reason: string | null) => void = () => undefined;
  const pipe = desktop.connect(
    (frame) => onMessage(decodeFrame(frame)),
    (reason) => onClose(reason),
  );
  return {
    send(message) {
      pipe.send(encodeFrame(message));
    },
    onMessage(listener) {
      onMessage = listener;
    },
    onClose(listener) {
      const before = onClose;
      onClose = (reason) => {
        before(reason);
        listener(reason);
      };
    },
    close: () => pipe.close(),
    pendingBytes: () => 0,
  };
}

/** Address of the server's port beside the page; the session cookie that came with the page opens it. */
function portAddress(): string {
  const address = new URL('core', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  return address.href;
}

function openSocket(): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(portAddress());
    socket.addEventListener('open', () => resolve(socketPort(socket)), { once: true });
    socket.addEventListener('error', () => reject(new Error('the server does not answer')), { once: true });
  });
}

export class Api {
  readonly desktop: DesktopFeatures | null = window.residua?.desktop ?? null;
  readonly #changeListeners = new Set<(changes: readonly Change[]) => void>();
  readonly #connectionListeners = new Set<(state: Connection) => void>();
  #client: Promise<Client>;
  /** Ends the waiting for a connection; null where there is one. */
  #connected: ((client: Client) => void) | null = null;
  #pauseMs = firstPauseMs;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#client = this.#awaited();
  }

  /** Opens the connection and keeps it open as long as the page lives. */
  start(): void {
    void this.#connect();
    window.addEventListener('online', () => this.#now());
    window.residua?.onState((state: CoreState) => {
      if (state.kind === 'running') this.#now();
    });
  }

  /** Asks core; waits for the connection where there is none. Rejects with `Expected`. */
  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return (await this.#client).call(name, input);
  }

  /**
   * Sends a file to the server that the page came from; `onSent` hears of bytes. Rejects with `Expected`, or where the
   * connection breaks off or `signal` ends it. @returns the id for `data.inspect`
   */
  upload(name: string, content: Blob, onSent: (bytes: number) => void, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', new URL(`upload?name=${encodeURIComponent(name)}`, location.href.split('#')[0]));
      request.responseType = 'json';
      request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded));
      request.addEventListener('load', () => {
        const answer = request.response as { upload?: string; failure?: Failure } | null;
        if (answer?.upload) resolve(answer.upload);
        else
          reject(answer?.failure ? new Expected(answer.failure) : new Error(`the server answered ${request.status}`));
      });
      request.addEventListener('error', () => reject(new Error('the connection broke off while the file was sent')));
      request.addEventListener('abort', () => reject(new DOMException('ended', 'AbortError')));
      signal.addEventListener('abort', () => request.abort(), { once: true });
      request.send(content);
    });
  }

  onChanges(listener: (changes: readonly Change[]) => void): void {
    this.#changeListeners.add(listener);
  }

  /** `connected` comes after every connection, the first one included: time to fetch everything anew. */
  onConnection(listener: (state: Connection) => void): void {
    this.#connectionListeners.add(listener);
  }

  #awaited(): Promise<Client> {
    return new Promise((resolve) => {
      this.#connected = resolve;
    });
  }

  #say(state: Connection): void {
    for (const listener of this.#connectionListeners) listener(state);
  }

  #now(): void {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    void this.#connect();
  }

  #later(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#connect();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
  }

  async #connect(): Promise<void> {
    let lost = false;
    const onLost = () => {
      if (lost) return;
      lost = true;
      // Who waits since an earlier loss goes on waiting for the same promise.
      if (!this.#connected) this.#client = this.#awaited();
      this.#say('lost');
      this.#later();
    };
    try {
      const client = new Client(window.residua ? desktopPort(window.residua) : await openSocket());
      client.onLost(onLost);
      await client.watch((changes) => {
        for (const listener of this.#changeListeners) listener(changes);
      });
      this.#pauseMs = firstPauseMs;
      this.#connected?.(client);
      this.#connected = null;
      this.#say('connected');
    } catch {
      onLost();
    }
  }
}
