/** The installed engine, loaded once for a test process, on the processor. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Tfjs from '@tensorflow/tfjs';
import { locateEngine } from '../../../src-main/setup/engine.mjs';
import { loadEngine } from '../../../src-main/trainer/engine.ts';

const installed = (['cpu', 'cuda'] as const)
  .map((flavour) => locateEngine({ flavour }))
  .find(({ state }) => state === 'ready');

export const engine = loadEngine(installed?.folder ?? locateEngine({ flavour: 'cpu' }).folder, 'cpu');

/** Eager tfjs on the same TensorFlow: the reference. */
export const tf = engine.tf as typeof Tfjs;

/** A folder for the files of this process; removed when it ends. */
export const scratch = mkdtempSync(join(tmpdir(), 'residua-engine-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
