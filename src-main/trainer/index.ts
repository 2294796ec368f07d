/**
 * The training process. It is told what to train over its pipe, trains, says what happens, and ends; only its end gives
 * a card's memory back. It ends, too, when the pipe closes: no trainer outlives its core.
 */
import { Socket } from 'node:net';
import { cpus } from 'node:os';
import { makeFolder } from '../core/dataset/files.ts';
import { openDataset } from '../core/dataset/library.ts';
import { train } from '../core/training/train.ts';
import { epochsOf, stepsOf, stepsPerEpoch } from '../shared/duration.ts';
import { expected, failureOf } from '../shared/failure.ts';
import { streamPort } from '../shared/port.ts';
import { parse, safeParse } from '../shared/schema.ts';
import { describe } from '../shared/network/cost.ts';
import { expand } from '../shared/network/expand.ts';
import { trainerOrderSchema } from '../shared/run/assignment.ts';
import { inferenceOrderSchema } from '../shared/run/inference.ts';
import type { InferenceOrder, InferenceReport } from '../shared/run/inference.ts';
import type { Assignment } from '../shared/run/assignment.ts';
import type { DeviceReport, RunEvent } from '../shared/run/event.ts';
import { Answering } from './answering.ts';
import { loadEngine } from './engine.ts';
import type { LoadedEngine } from './engine.ts';
import { Meter } from './meter.ts';
import { openTraining } from './training.ts';
import { startWarden } from './warden.ts';
import { tell } from '../shared/told.ts';

/** How often a held run looks whether it may go on. */
const heldPollMs = 50;

startWarden();
const pipe = new Socket({ fd: 3 });
const port = streamPort(pipe, pipe);
let stopping = false;
let isHeld = false;

const say = (event: RunEvent): void => port.send({ kind: 'events', events: [event] });

/** What the run is trained on. The name of a card is known to core, which asks the driver. */
const reportDevice = (engine: LoadedEngine): DeviceReport => ({
  kind: engine.usesGpu ? 'gpu' : 'cpu',
  name: engine.usesGpu ? 'GPU' : (cpus()[0]?.model ?? 'CPU'),
  driver: null,
  engine: engine.version,
});

async function perform(assignment: Assignment): Promise<void> {
  const { run, spec, recipe, home, folder } = assignment;
  say({ type: 'phase', phase: 'loadingEngine' });
  const engine = loadEngine(assignment.engine, assignment.device);
  if (assignment.device === 'gpu' && !engine.usesGpu)
    throw expected('engine.noGpu', {
      reason: tell('TensorFlow found no device'),
      advice: tell('Run the command `doctor`; it names what is missing.'),
    });

  say({ type: 'phase', phase: 'readingData' });
  const data = openDataset(home, assignment.data);
  const { dataset } = data;
  const plan = expand(spec, { input: dataset.image, classes: dataset.classes.length });
  const images = data.images('train');
  say({
    type: 'start',
    run,
    network: spec.name,
    data: dataset.id,
    parameters: describe(plan).parameters,
    steps: stepsOf(recipe.duration, images, recipe.batch),
    epochs: epochsOf(recipe.duration, images, recipe.batch),
    stepsPerEpoch: stepsPerEpoch(images, recipe.batch),
    batch: recipe.batch,
    seed: recipe.seed,
    device: reportDevice(engine),
  });

  say({ type: 'phase', phase: 'buildingGraph' });
  makeFolder(folder);
  const training = { ...openTraining(engine, assignment, data, plan), shouldStop: () => stopping };
  const meter = new Meter();
  for await (const event of train(training)) {
    const usage = event.type === 'step' ? meter.read(event.step) : event.type === 'end' ? meter.readLast() : null;
    if (usage) say(usage);
    say(event);
    while (isHeld && !stopping) await new Promise((resolve) => setTimeout(resolve, heldPollMs));
  }
}

/** Ends the process when everything said has left. */
function leave(status: number): void {
  pipe.end(() => process.exit(status));
}

/** The one who answers questions, where this trainer was started for that. */
let answering: Answering | null = null;

function hearQuestion(order: InferenceOrder): void {
  if (order.kind !== 'answer') return void answering?.answer(order);
  try {
    answering = new Answering(order, (report) => port.send(report));
  } catch (thrown) {
    port.send({ kind: 'failed', id: null, failure: failureOf(thrown) } satisfies InferenceReport);
  }
}

port.onMessage((message) => {
  const question = safeParse(inferenceOrderSchema, message);
  if (question.success) return hearQuestion(question.output);
  const order = parse(trainerOrderSchema, message);
  if (order.kind !== 'begin') {
    if (order.kind === 'stop') stopping = true;
    else isHeld = order.kind === 'hold';
    return;
  }
  const { run } = order.assignment;
  perform(order.assignment).then(
    () => leave(0),
    (thrown: unknown) => {
      const failure = failureOf(thrown);
      if (failure.code === 'bug') console.error(thrown);
      say({ type: 'end', run, status: 'failed', best: null, last: null, weights: null, failure });
      leave(1);
    },
  );
});
port.onClose(() => process.exit(1));
// Ctrl+C reaches the whole foreground group; core decides what to do about it.
process.on('SIGINT', () => {});
