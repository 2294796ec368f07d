/** The device that trains, in the terms of the contract. */
import { freemem, totalmem } from 'node:os';
import { findCard } from '../../setup/engine.mjs';
import type { Status } from '../../shared/contract.ts';
import type { CardWatch } from './nvidia.ts';
import { processorName } from './processor.ts';

/**
 * @param watch reads the card's memory
 * @param gpuUsable whether the engine reaches the card; a card that it does not reach, or was not asked about, does not train
 */
export async function deviceStatus(watch: CardWatch, gpuUsable: boolean | null): Promise<Status['device']> {
  const card = gpuUsable ? await findCard() : null;
  if (!card) return { kind: 'cpu', name: processorName(), ...machineMemory(), driver: null };
  const memory = await watch.read();
  return {
    kind: 'gpu',
    name: card.name,
    memoryUsedMiB: memory?.usedMiB ?? null,
    memoryTotalMiB: memory?.totalMiB ?? card.memoryMiB,
    driver: card.driver,
  };
}

/** The processor's memory: of the machine, or of what the system lets this program have. */
function machineMemory(): { memoryUsedMiB: number; memoryTotalMiB: number } {
  const constrained = process.constrainedMemory();
  const total = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  const free = Math.min(constrained > 0 ? process.availableMemory() : freemem(), total);
  return { memoryUsedMiB: (total - free) / 2 ** 20, memoryTotalMiB: total / 2 ** 20 };
}
