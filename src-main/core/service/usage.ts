/** What core knows of a device better than the trainer on it. */
import type { DeviceReport, RunEvent } from '../../shared/run/event.ts';
import type { CardWatch } from '../device/nvidia.ts';

/** The event with the device's name and driver, and with what its card does now. @param card null: it has none. */
export function withDevice(
  event: RunEvent,
  named: Pick<DeviceReport, 'name' | 'driver'>,
  card: Pick<CardWatch, 'glance'> | null,
): RunEvent {
  if (event.type === 'start') return { ...event, device: { ...event.device, ...named } };
  const reading = event.type === 'usage' ? card?.glance() : null;
  if (event.type !== 'usage' || !reading) return event;
  const { usedMiB: memoryMiB, utilisation, celsius, watts } = reading;
  return { ...event, card: { memoryMiB, utilisation, celsius, watts } };
}
