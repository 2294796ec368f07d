/** Our step, or that of tf.layers, as a process that does one step for each line of standard input. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { benchEngine } from '../engine.ts';
import { layersStep } from '../layersModel.ts';
import { ourStep } from '../ours.ts';
import type { Contender } from '../timing.ts';

interface Order {
  readonly variant: 'residua' | 'layers';
  readonly spec: Spec;
  readonly batch: number;
}

const answer = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** `VmRSS` (now) or `VmHWM` (the most so far) of this process, in bytes. */
const memory = (name: string): number =>
  1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);

const engine = await benchEngine();
const idleBytes = memory('VmRSS');
let contender: Contender | null = null;
for await (const line of createInterface({ input: process.stdin })) {
  if (!contender) {
    const { variant, spec, batch } = JSON.parse(line) as Order;
    contender =
      variant === 'residua' ? ourStep(engine.binding, variant, spec, batch) : layersStep(engine.tf, variant, batch);
    answer({ ready: true });
  } else if (line === 'memory') answer({ idleBytes, peakBytes: memory('VmHWM') });
  else answer({ ms: await contender.step() });
}
