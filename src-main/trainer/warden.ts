/**
 * Ends this process when core is gone and the engine does not let the main thread notice. A call into the engine blocks
 * everything but other threads; one that never returns would keep a card's memory for ever.
 */
import { Worker } from 'node:worker_threads';

/** How often the parent is looked at, and how long a trainer has to end by itself. */
const lookMs = 500;
const graceMs = 3000;

/** Runs in a thread of its own; as text, because it is a part of the bundle. */
const program = `
const { workerData: { parent, lookMs, graceMs } } = require('node:worker_threads');
setInterval(() => {
  if (process.ppid !== parent) setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs);
}, lookMs);`;

/** Begins to watch. Keeps the process from nothing. */
export function startWarden(): void {
  new Worker(program, { eval: true, execArgv: [], workerData: { parent: process.ppid, lookMs, graceMs } }).unref();
}
