/** What the window may not do, whatever its page tries: no permission, no other place, no other window, no network. */
import { app } from 'electron';
import type { Session, WebContents } from 'electron';
import { pageOrigin } from '../shared/policy.ts';
import { onFrameNavigation } from './differences.ts';
import { originOf } from './ipc.ts';

/** True for what the page is made of; everything else is cancelled before it leaves. */
export function isOwnRequest(url: string): boolean {
  if (originOf(url) === pageOrigin || url.startsWith(`blob:${pageOrigin}/`)) return true;
  return !app.isPackaged && url.startsWith('devtools://');
}

/** Requests that were refused in this session, newest last; the tests read it. */
export const refusedRequests: string[] = [];

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    const cancel = !isOwnRequest(url);
    if (cancel) {
      refusedRequests.push(url.slice(0, 200));
      refusedRequests.splice(0, refusedRequests.length - 100);
    }
    decide({ cancel });
  });
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) event.preventDefault();
  });
}

export function guardContents(contents: WebContents): void {
  const stay = (url: string, prevent: () => void) => {
    if (originOf(url) !== pageOrigin) prevent();
  };
  contents.on('will-navigate', (event, url) => stay(url, () => event.preventDefault()));
  contents.on('will-redirect', (event, url) => stay(url, () => event.preventDefault()));
  onFrameNavigation(contents, stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Switches that keep Chromium from calling anyone by itself. Before `ready`. */
export function quietChromium(): void {
  const { commandLine } = app;
  // No name is ever looked up: even a request that slipped through would go nowhere.
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  for (const name of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'no-pings',
  ])
    commandLine.appendSwitch(name);
}
