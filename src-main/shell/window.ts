/** The window: made safe, in the colours of the theme, where the person left it. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { pageOrigin } from '../shared/policy.ts';
import { trustPageOf } from './ipc.ts';
import type { Places } from './places.ts';
import { isReachable } from './remembered.ts';
import type { Remembered } from './remembered.ts';

/** The ground of the page's two themes (its token file), for the moment before the first paint. */
const ground = { light: '#f4f4f2', dark: '#131416' } as const;
const smallest = { width: 960, height: 640 };
const usual = { width: 1280, height: 800 };

export const webPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** Makes the window; it shows itself once it has something to show. `keep` is called with where it is when that changes. */
export function openWindow(
  places: Places,
  remembered: Remembered,
  keep: (place: Pick<Remembered, 'bounds' | 'maximized'>) => void,
): BrowserWindow {
  const displays = screen.getAllDisplays().map(({ workArea }) => workArea);
  const bounds = remembered.bounds && isReachable(remembered.bounds, displays) ? remembered.bounds : usual;
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Residua',
    icon: places.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: { ...webPreferences, preload: places.preload },
  });
  trustPageOf(window.webContents);
  if (remembered.maximized) window.maximize();
  const keepPlace = () => {
    if (!window.isDestroyed()) keep({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  window.on('close', keepPlace);
  window.once('ready-to-show', () => window.show());
  // A page that crashed comes back; what it showed is in core.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
  });
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) window.setBackgroundColor(nativeTheme.shouldUseDarkColors ? ground.dark : ground.light);
  });
  void window.loadURL(`${pageOrigin}/index.html`);
  return window;
}
