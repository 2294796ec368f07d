/** What differs between the Electrons that preload runs on (see shell/differences.ts). */
import * as electron from 'electron';

/** Path of a file that the person chose or dropped; empty for one made by a script. `webUtils` came with 29. */
export function pathOfFile(file: File): string {
  const { webUtils } = electron as { webUtils?: typeof electron.webUtils };
  if (webUtils) return webUtils.getPathForFile(file as never);
  const { path } = file as { path?: unknown };
  return typeof path === 'string' ? path : '';
}
