/**
 * What differs between the Electron that users get (see package.json) and the old one that stands in for it in
 * development and tests (22: Node 16, Chromium 108). Everything else is the same call on both.
 */
import * as electron from 'electron';

/** What the shell answers to a request of its own protocol. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `protocol.handle` came with Electron 25. */
export function handleProtocol(
  scheme: string,
  answer: (request: { readonly method: string; readonly url: string }) => Promise<PageAnswer>,
): void {
  const { protocol } = electron;
  if (typeof protocol.handle === 'function') {
    protocol.handle(scheme, async ({ method, url }) => {
      const { status, headers, body } = await answer({ method, url });
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  protocol.registerBufferProtocol(scheme, ({ method, url }, callback) => {
    void answer({ method, url }).then(({ status, headers, body }) => {
      const [mimeType = ''] = (headers['content-type'] ?? '').split(';');
      callback({ statusCode: status, headers, mimeType, charset: 'utf-8', data: body });
    });
  });
}

/** `will-frame-navigate` came with Electron 25; before it, `will-navigate` covers the top frame and there are no others. */
export function onFrameNavigation(
  contents: electron.WebContents,
  check: (url: string, prevent: () => void) => void,
): void {
  contents.on('will-frame-navigate', (details) => check(details.url, () => details.preventDefault()));
}

/** Electron 36 takes the X11 or Wayland window's class from the desktop file; before that it did nothing. */
export function setDesktopName(name: string): void {
  const { app } = electron as { app: electron.App & { setDesktopName?: (name: string) => void } };
  app.setDesktopName?.(name);
}
