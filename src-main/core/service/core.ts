/** core: store, library, queue and engine behind the contract, over any number of ports. */
import type { Readable } from 'node:stream';
import type { Port } from '../../shared/port.ts';
import { Engine } from '../device/engine.ts';
import { CardWatch } from '../device/nvidia.ts';
import { Imports } from '../imports/imports.ts';
import { receiveUpload } from '../imports/uploads.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/open.ts';
import { serve } from './answer.ts';
import type { Handlers } from './answer.ts';
import type { Context, CoreOptions } from './context.ts';
import { Calibrations } from './calibration.ts';
import { dataHandlers } from './data.ts';
import { designHandlers } from './designs.ts';
import { datasetHandlers } from './dataset.ts';
import { diagnostics } from './diagnostics.ts';
import { engineHandlers, programStatus, settingsHandlers } from './engine.ts';
import { ForeignRuns } from './foreign.ts';
import { galleryHandlers } from './gallery.ts';
import { imageHandlers } from './images.ts';
import { importHandlers, publishDatasets } from './imports.ts';
import { historyHandlers } from './history.ts';
import { queueHandlers } from './line.ts';
import { Inference } from './inference.ts';
import { Log } from './log.ts';
import { networkHandlers } from './network.ts';
import { predictHandlers } from './predict.ts';
import { Probes } from './probes.ts';
import { Publisher } from './publish.ts';
import { Queue } from './queue.ts';
import { Replays } from './replays.ts';
import { resumeHandlers, resumeMembers, sweepRunFolders } from './resume.ts';
import { runHandlers } from './run.ts';
import { Studies } from './studies.ts';
import { transferHandlers } from './transfer.ts';
import { watchingHandlers } from './watched.ts';
import { weightsHandlers } from './weights.ts';
import { Sweeps, sweepHandlers } from './sweep.ts';

export type { CoreOptions } from './context.ts';

export interface Core {
  /** Serves a port until it closes. */
  connect(port: Port): void;
  /** Keeps a file of about `bytes` bytes that a page sends, for `data.inspect`. Returns its id. @throws {Expected} `disk.full`, `folder.denied` */
  receive(name: string, body: Readable, bytes: number): Promise<string>;
  /** Stops what runs after its step, closes the store. Runs that wait stay queued. */
  close(): Promise<void>;
}

/** Starts core on a data folder. Nothing is written before something is asked that needs it. */
export function createCore(options: CoreOptions): Core {
  const log = new Log(options.home);
  let opened: Store | null = null;
  let isInstalling = false;
  const publisher = new Publisher(() => foreign.begin());
  const engine = new Engine({
    onChange: (status) => {
      isInstalling = status.state === 'installing';
      publisher.publish([{ kind: 'engine', engine: status }]);
    },
    ...(options.cache === undefined ? {} : { cache: options.cache }),
  });
  const watch = new CardWatch();
  const context: Context = {
    options,
    log,
    engine,
    card: watch,
    store: () => opened ?? open(),
    publish: (changes) => publisher.publish(changes),
  };
  const queue: Queue = new Queue(context, (run) => {
    sweeps.review(run);
    studies.review(run);
  });
  const sweeps = new Sweeps(context, () => queue);
  const probes = new Probes(context);
  const calibrations = new Calibrations(context);
  const studies = new Studies(context, () => queue, calibrations, probes);
  const foreign = new ForeignRuns(
    context,
    publisher,
    (run) => queue.knows(run),
    () => adopt(),
  );
  const open = (): Store => {
    opened = openStore(options.home);
    sweepRunFolders(opened);
    if (options.keepsRuns) void goOn();
    return opened;
  };
  /** What ended or waited because another program ended goes on here, in the order of the line. */
  const goOn = async () => {
    try {
      await resumeMembers(context, queue);
      sweeps.review();
      studies.review();
    } catch (thrown) {
      log.write('what belongs together could not go on', thrown);
    }
    if (opened) adopt();
  };
  /** What waited when another program ended goes on here. */
  const adopt = () => {
    if (options.keepsRuns) for (const run of context.store().adoptWaiting()) queue.add(run);
  };
  const imports = new Imports({
    home: options.home,
    command: options.intake,
    silenceMs: options.intakeSilenceMs,
    limits: options.intakeLimits,
    onChange: (state) => {
      context.publish([{ kind: 'import', import: state }]);
      if (state.state === 'done') publishDatasets(context);
    },
  });
  let inference: Inference | null = null;
  /** Networks on the processor, for a few images at a time: no run need give way to them. */
  const processor = async (): Promise<Inference> => {
    const { engine: installed } = await engine.choose('cpu');
    const { home, trainer } = options;
    inference ??= new Inference({
      home,
      engine: installed.folder,
      device: 'cpu',
      trainer,
      idleMs: options.inferenceIdleMs,
    });
    return inference;
  };
  const replays = new Replays(context);
  const handlers: Handlers = {
    'app.status': () => programStatus(context, watch),
    'diagnostics.preview': async () => diagnostics(context, await programStatus(context, watch)),
    ...networkHandlers,
    ...designHandlers(context),
    ...dataHandlers(options.home, log),
    ...galleryHandlers(options.home),
    ...datasetHandlers(context),
    ...importHandlers(context, imports),
    ...runHandlers(context, queue),
    ...transferHandlers(context),
    ...historyHandlers(context, (run) => queue.folderOf(run)),
    ...resumeHandlers(context, queue),
    ...queueHandlers(context, queue),
    ...watchingHandlers(context),
    ...imageHandlers(context),
    ...weightsHandlers(context, queue),
    ...sweepHandlers(sweeps),
    ...studies.handlers,
    ...predictHandlers(context, processor),
    ...probes.handlers,
    ...replays.handlers,
    ...calibrations.handlers,
    ...engineHandlers(context),
    ...settingsHandlers(context),
  };
  if (options.keepsRuns) {
    try {
      context.store();
    } catch (thrown) {
      // Whoever asks for the history hears it as the failure of a call.
      log.write('the history could not be opened', thrown);
    }
    lookAtEngine(context);
  }
  return {
    connect: (port) => serve(port, handlers, publisher, log),
    receive: (name, body, bytes) => receiveUpload(options.home, name, body, bytes),
    async close() {
      foreign.close();
      await imports.close();
      await inference?.close();
      await Promise.all([studies.close(), probes.close()]);
      await replays.close();
      await calibrations.close();
      await queue.close();
      if (isInstalling) await engine.cancel();
      publisher.close();
      watch.close();
      opened?.close();
      opened = null;
    },
  };
}

/**
 * A missing engine is installed where the start of the program asks for that. A card that is there and not reached is said
 * before anybody asks: the engine is loaded once, in a child process.
 */
function lookAtEngine({ engine, log, options, publish }: Context): void {
  const look = async () => {
    const { card, state } = await engine.status();
    if (state === 'missing' && options.installsEngine) await engine.install();
    if (card && state === 'ready') publish([{ kind: 'engine', engine: await engine.status(true) }]);
  };
  look().catch((thrown: unknown) => log.write('the engine could not be looked at', thrown));
}
