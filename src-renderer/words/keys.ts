/** Shortcuts of the command table, read and worded. Pure. */

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Whether a key press is a shortcut written as Electron writes them, e.g. `CmdOrCtrl+Shift+K`. */
export function isShortcut(shortcut: string, pressed: Pressed): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) as string;
  const command = parts.includes('CmdOrCtrl');
  return (
    pressed.key.toLowerCase() === key.toLowerCase() &&
    (pressed.ctrlKey || pressed.metaKey) === command &&
    pressed.altKey === parts.includes('Alt') &&
    // A sign such as `?` needs Shift on some keyboards; what counts is the sign.
    (!/^[a-z0-9]$/i.test(key) || pressed.shiftKey === parts.includes('Shift'))
  );
}

/** `CmdOrCtrl+K` → `Ctrl K`, `⌘ K` on a Mac. */
export const shortcutInWords = (shortcut: string, isMac: boolean): string =>
  shortcut
    .split('+')
    .map((part) => (part === 'CmdOrCtrl' ? (isMac ? '⌘' : 'Ctrl') : part))
    .join(' ');
