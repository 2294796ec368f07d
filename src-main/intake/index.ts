/**
 * The process that reads what a person drops. Nothing else parses untrusted files: where this process crashes or hangs, one
 * import is lost. It is told what to do over its pipe (file descriptor 3), and ends with it.
 */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { Expected, failureOf } from '../shared/failure.ts';
import { intakeOrderSchema } from '../shared/import.ts';
import type { IntakeLimits, IntakeOrder, IntakeReport } from '../shared/import.ts';
import { streamPort } from '../shared/port.ts';
import { parse } from '../shared/schema.ts';
import type { Source } from './entry.ts';
import type { Found } from './format.ts';
import { readNetwork } from './network.ts';
import { readWeights } from './safetensors.ts';
import { readPictures } from './pictures.ts';
import { readRuns } from './runs.ts';
import { openSource } from './source.ts';
import { inspect, preview, readAll } from './work.ts';

const aliveMs = 1000;
const openingMs = 200;
/** Bytes that may wait in the pipe before reading pauses. */
const mostWaitingBytes = 8 * 1024 * 1024;

const pipe = new Socket({ fd: 3 });
const port = streamPort(pipe, pipe);
const say = (report: IntakeReport): void => port.send(report);

const room = async (): Promise<void> => {
  if (pipe.writableLength > mostWaitingBytes) await once(pipe, 'drain');
  // Lets orders and the sign of life through.
  else await new Promise(setImmediate);
};

let opened: { readonly source: Source; readonly found: Found } | null = null;

function openingTeller(): (bytes: number, total: number | null) => void {
  let toldAt = 0;
  return (bytes, bytesTotal) => {
    if (performance.now() - toldAt < openingMs) return;
    toldAt = performance.now();
    say({ kind: 'opening', bytes, bytesTotal });
  };
}

async function open(order: Extract<IntakeOrder, { kind: 'open' }>): Promise<void> {
  const limits: IntakeLimits = order.limits;
  const source = await openSource(order.files, order.scratch, limits, openingTeller());
  const { found, finding } = await inspect(source, limits);
  opened = { source, found };
  say({ kind: 'found', finding });
}

async function obey(order: IntakeOrder): Promise<void> {
  if (order.kind === 'open') return open(order);
  if (order.kind === 'network') return say({ kind: 'network', network: readNetwork(order.path, order.name) });
  if (order.kind === 'weights') return readWeights(order.path, order.name, say, room);
  if (order.kind === 'images') return say({ kind: 'pictures', pixels: await readPictures(order) });
  if (order.kind === 'runs') {
    for (const run of readRuns(order.path, order.name)) {
      say({ kind: 'run', run });
      await room();
    }
    return say({ kind: 'runsRead' });
  }
  if (!opened) throw new Error('Nothing was opened.');
  if (order.kind === 'preview') say({ kind: 'preview', preview: await preview(opened.found, order.treatment) });
  else await readAll(opened.found, opened.source, order.treatment, say, room);
}

let obeying = Promise.resolve();
port.onMessage((message) => {
  const order = parse(intakeOrderSchema, message);
  obeying = obeying
    .then(() => obey(order))
    .catch((thrown: unknown) => {
      if (!(thrown instanceof Expected)) console.error(thrown);
      say({ kind: 'failed', failure: failureOf(thrown) });
    });
});
port.onClose(() => process.exit(0));
setInterval(() => say({ kind: 'alive' }), aliveMs);
// Ctrl+C reaches the whole foreground group; core decides what to do about it.
process.on('SIGINT', () => {});
