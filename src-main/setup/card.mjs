/**
 * The graphics card, as NVIDIA's driver reports it.
 */
import { findProgram, run } from './child.mjs';

/**
 * @typedef {object} Card
 * @property {string} name
 * @property {number} memoryMiB
 * @property {string} driver version, such as `550.54.15`
 */

/** A driver that is stuck must not hold up a start. */
const patienceMs = 20_000;

/**
 * The first NVIDIA card, null where `nvidia-smi` is missing or lists none.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<Card | null>}
 */
export async function findCard(environment = process.env) {
  const program = findProgram('nvidia-smi', environment);
  if (!program) return null;
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
  const { status, stdout } = await run(program, query, { env: environment, timeoutMs: patienceMs });
  const [name, memory, driver] = (stdout.split('\n')[0] ?? '').split(',').map((field) => field.trim());
  if (status !== 0 || !name || !driver) return null;
  return { name, memoryMiB: Number(memory) || 0, driver };
}
