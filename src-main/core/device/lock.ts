/**
 * One trainer at a time on a device, across programs and data folders: the device belongs to the machine, so the locks lie
 * in the user's cache.
 */
import { join } from 'node:path';
import { cacheFolder } from '../../setup/engine.mjs';
import { lockHolder, takeLock } from '../../setup/lock.mjs';
import { expected } from '../../shared/failure.ts';
import { tell } from '../../shared/told.ts';

export type DeviceKind = 'cpu' | 'gpu';

const lockFolder = (device: DeviceKind, cache: string) => join(cache, 'locks', `device-${device}`);

/**
 * Takes the device for this process; a lock whose process died is taken over.
 * @param holder who takes it, for people: `run 3f2a of resnet20 in /home/ada/residua`
 * @returns gives the device back; further calls do nothing
 * @throws Expected `device.busy`, which says who holds it
 */
export function acquireDeviceLock(device: DeviceKind, holder: string, cache: string = cacheFolder()): () => void {
  const taken = takeLock(lockFolder(device, cache), holder);
  if (taken.release) return taken.release;
  const { text, pid } = taken.holder;
  throw expected('device.busy', {
    device: device.toUpperCase(),
    holder: tell('{holder} (process {pid})', { holder: text, pid }),
  });
}

/** Who holds a device now, in words; null where it is free. */
export function deviceHolder(device: DeviceKind, cache: string = cacheFolder()): string | null {
  const holder = lockHolder(lockFolder(device, cache));
  return holder && `${holder.text} (process ${holder.pid})`;
}
