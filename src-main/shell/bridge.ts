/** Passes frames between a page's port and core, unread. Each page has a connection of its own. */
import { ipcMain } from 'electron';
import type { MessagePortMain } from 'electron';
import type { Channel } from '../shared/channel.ts';
import type { CloseReason } from '../shared/desktop.ts';
import { frameLimits } from '../shared/frame.ts';
import type { Core } from './core.ts';
import { isOwnPage } from './ipc.ts';

/** A page may have one connection, and for a moment the old one beside it. */
const mostPorts = 8;
/** Frames on their way to core beyond which a page is not keeping to the game, bytes. */
const mostPendingBytes = 2 * frameLimits.bytes;

/** What a port needs of core; the tests give a plain object. */
export type Connect = Pick<Core, 'connect' | 'onStart'>;

/** Joins one port to core. Ends with a last message to the page that says why. */
export function bridgePort(
  port: Pick<MessagePortMain, 'on' | 'start' | 'postMessage' | 'close'>,
  channel: Channel,
  onOver: () => void,
): void {
  let isOver = false;
  const over = (reason: CloseReason) => {
    if (isOver) return;
    isOver = true;
    channel.close();
    port.postMessage(reason);
    port.close();
    onOver();
  };
  channel.onMessage((frame) => port.postMessage(frame));
  channel.onClose(() => over('coreDied'));
  port.on('message', ({ data }: { data: unknown }) => {
    if (isOver) return;
    if (!(data instanceof Uint8Array) || data.length > frameLimits.bytes) return over('frameTooLong');
    if (channel.pendingBytes() + data.length > mostPendingBytes) return over('frameTooLong');
    channel.send(data);
  });
  port.on('close', () => over('closed'));
  port.start();
}

/** Serves `residua:connect`: the page sends a port, the shell joins it to core as soon as core runs. */
export function bridgePages(core: Connect): void {
  const waiting = new Set<MessagePortMain>();
  const open = new Map<number, number>();
  const join = (port: MessagePortMain, page: number) => {
    const channel = core.connect();
    if (!channel) return waiting.add(port);
    bridgePort(port, channel, () => open.set(page, (open.get(page) ?? 1) - 1));
    return undefined;
  };
  const pages = new WeakMap<MessagePortMain, number>();
  core.onStart(() => {
    for (const port of waiting) {
      waiting.delete(port);
      join(port, pages.get(port) ?? 0);
    }
  });
  ipcMain.on('residua:connect', (event) => {
    const [port, ...more] = event.ports;
    const page = event.sender.id;
    const count = open.get(page) ?? 0;
    if (!port || more.length > 0 || !isOwnPage(event) || count >= mostPorts) {
      for (const refused of event.ports) refused.close();
      return;
    }
    open.set(page, count + 1);
    pages.set(port, page);
    port.on('close', () => {
      if (waiting.delete(port)) open.set(page, (open.get(page) ?? 1) - 1);
    });
    join(port, page);
  });
}
