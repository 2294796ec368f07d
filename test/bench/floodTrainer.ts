/** A trainer whose steps take no time: it says as many as it was asked for, as fast as core takes them. */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { streamPort } from '../../src-main/shared/port.ts';
import type { TrainerOrder } from '../../src-main/shared/run/assignment.ts';
import type { RunEvent } from '../../src-main/shared/run/event.ts';

const steps = Number(process.argv[2] ?? 1000);
/** Bytes that may wait in the pipe. */
const mostWaiting = 256 * 1024;
const pipe = new Socket({ fd: 3 });
const port = streamPort(pipe, pipe);
const say = (event: RunEvent) => port.send({ kind: 'events', events: [event] });

async function flood(run: string): Promise<void> {
  for (let step = 1; step <= steps; step++) {
    say({
      type: 'step',
      step,
      epoch: step / 100,
      loss: 2 / Math.sqrt(step),
      accuracy: 1 - 1 / (step + 1),
      learningRate: 0.1,
      imagesPerSecond: 1000 + Math.sin(step),
      gradientNorm: 1 / Math.sqrt(step),
      trainingMs: step,
      wallMs: step,
      pausedMs: 0,
    });
    if (pipe.writableLength > mostWaiting) await once(pipe, 'drain');
    else await new Promise(setImmediate);
  }
  say({ type: 'end', run, status: 'finished', best: null, last: null, weights: null });
  pipe.end(() => process.exit(0));
}

port.onMessage((message) => {
  const order = message as TrainerOrder;
  if (order.kind === 'begin') void flood(order.assignment.run);
});
port.onClose(() => process.exit(1));
