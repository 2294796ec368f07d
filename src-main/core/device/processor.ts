/** The processor, as the operating system names it. */
import { availableParallelism, cpus } from 'node:os';

/** E.g. `AMD Ryzen 9 5950X (32 threads)`. */
export function processorName(): string {
  const model = cpus()[0]?.model.replaceAll(/\s+/g, ' ').trim() || process.arch;
  return `${model} (${availableParallelism()} threads)`;
}
