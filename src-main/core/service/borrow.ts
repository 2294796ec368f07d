/** A device for questions: held from now on, with a trainer of its own that answers on it, until it is given back. */
import type { Told } from '../../shared/told.ts';
import type { ChosenDevice } from '../device/engine.ts';
import { acquireDeviceLock } from '../device/lock.ts';
import type { Context } from './context.ts';
import { Inference } from './inference.ts';

export interface Borrowed {
  readonly inference: Inference;
  /** Ends the trainer, then frees the device. */
  readonly giveBack: () => Promise<void>;
}

/**
 * @param holder what is done with it, for others who want it
 * @param isExact in full float32, also on a card that would use TF32
 * @throws {Expected} `device.busy`
 */
export function borrow({ options }: Context, device: ChosenDevice, holder: Told, isExact = false): Borrowed {
  const { home, trainer, cache } = options;
  const release = acquireDeviceLock(device.kind, holder, cache);
  const inference = new Inference({ home, engine: device.engine.folder, device: device.kind, trainer, isExact });
  return {
    inference,
    giveBack: async () => {
      await inference.close();
      release();
    },
  };
}
