/** Settings of the program, one row each. */
import { defaultSettings, settingsSchema } from '../../shared/status.ts';
import type { Settings } from '../../shared/contract.ts';
import { safeParse } from '../../shared/schema.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';

/** The settings. One that this version does not understand counts as not set. */
export function readSettings(handle: ReadHandle): Settings {
  const settings: Record<string, unknown> = { ...defaultSettings };
  for (const { name, value } of handle.all<{ name: string; value: string }>('SELECT name, value FROM settings')) {
    const known = safeParse(settingsSchema, { ...settings, [name]: JSON.parse(value) });
    if (known.success && name in defaultSettings) settings[name] = JSON.parse(value);
  }
  return settings as Settings;
}

/** Changes the named settings only. */
export function writeSettings(handle: WriteHandle, changes: Partial<Settings>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined)
      handle.run('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)', name, JSON.stringify(value));
  }
}
