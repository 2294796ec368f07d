/** A built-in study cut to its budget by what the device takes for its work. */
import type { CallInput } from '../../shared/contract.ts';
import { Expected } from '../../shared/failure.ts';
import type { Rates } from '../../shared/network/work.ts';
import { paceOf, usualRates } from '../../shared/study/pace.ts';
import { isTrained } from '../../shared/study/plan.ts';
import { scaleStudy } from '../../shared/study/scale.ts';
import type { Scaled } from '../../shared/study/scale.ts';
import type { ChosenDevice } from '../device/engine.ts';
import type { Calibrations } from './calibration.ts';
import type { TrainingPlace } from './start.ts';

/** Measures the device where it is unknown. Fails with what the measurement fails with, but for `device.busy`. */
export async function scaledStudy(
  calibrations: Calibrations,
  place: TrainingPlace,
  { kind, budgetSeconds, seeds }: CallInput<'study.plan'>,
): Promise<Scaled> {
  const rates = isTrained({ kind }) ? await ratesOf(calibrations, place.device) : usualRates;
  return scaleStudy(kind, place.dataset, budgetSeconds, paceOf(rates), seeds);
}

/** What the device takes for its work, measured at the first question; the usual where it is not free for that. */
async function ratesOf(calibrations: Calibrations, device: ChosenDevice): Promise<Rates> {
  try {
    return (await calibrations.of(device)).rates;
  } catch (thrown) {
    if (thrown instanceof Expected && thrown.failure.code === 'device.busy') return usualRates;
    throw thrown;
  }
}
