/**
 * One trainer at a time on a device, across programs and data folders: the device belongs to the machine, so the locks lie
 * in the user's cache.
 */
import { join } from 'node:path';
import { cacheFolder } from '../../setup/engine.mjs';
import { lockHolder, takeLock } from '../../setup/lock.mjs';
import { expected } from '../../shared/failure.ts';
import { isTold, tell } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

export type DeviceKind = 'cpu' | 'gpu';

const lockFolder = (device: DeviceKind, cache: string) => join(cache, 'locks', `device-${device}`);

/**
 * Takes the device for this process; a lock whose process died is taken over.
 * @param holder who takes it, for people; lies as JSON in the lock, where every program of this person reads it
 * @returns gives the device back; further calls do nothing
 * @throws Expected `device.busy`, which says who holds it
 */
export function acquireDeviceLock(device: DeviceKind, holder: Told, cache: string = cacheFolder()): () => void {
  const taken = takeLock(lockFolder(device, cache), JSON.stringify(holder));
  if (taken.release) return taken.release;
  throw expected('device.busy', { device: device.toUpperCase(), holder: told(taken.holder) });
}

/** Who holds a device now; null where it is free. */
export function deviceHolder(device: DeviceKind, cache: string = cacheFolder()): Told | null {
  const holder = lockHolder(lockFolder(device, cache));
  return holder && told(holder);
}

/** Earlier versions wrote words. */
function told({ text, pid }: { readonly text: string; readonly pid: number }): Told {
  let holder: unknown;
  try {
    holder = JSON.parse(text);
  } catch {
    holder = null;
  }
  return tell('{holder} (process {pid})', { holder: isTold(holder) ? holder : text, pid });
}
