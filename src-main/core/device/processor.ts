/** The processor, as the operating system names it. */
import { availableParallelism, cpus } from 'node:os';

/** E.g. `AMD Ryzen 9 5950X`. */
export const processorModel = (): string => cpus()[0]?.model.replaceAll(/\s+/g, ' ').trim() || process.arch;

/** E.g. `AMD Ryzen 9 5950X (32 threads)`. */
export const processorName = (): string => `${processorModel()} (${availableParallelism()} threads)`;
