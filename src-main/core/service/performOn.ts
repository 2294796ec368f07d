/** One run on the device that it was given: what its trainer needs to know, and where what it says goes. */
import type { EndEvent, RunEvent } from '../../shared/run/event.ts';
import { tell } from '../../shared/told.ts';
import type { ChosenDevice } from '../device/engine.ts';
import { processorModel } from '../device/processor.ts';
import type { Context } from './context.ts';
import { ordinaryLadder, perform } from './perform.ts';
import type { Performing } from './perform.ts';
import { ordinaryPatience } from './pulse.ts';
import { noteRun, notify } from './runNotes.ts';
import { ownTrainer } from './trainer.ts';
import { withDevice } from './usage.ts';

/** Milliseconds between checkpoints. */
const ordinaryCheckpointEveryMs = 30_000;

export interface Performance {
  readonly run: string;
  readonly device: ChosenDevice;
  /** Exists: for checkpoints and the trainer's log. */
  readonly folder: string;
  readonly commit: (events: readonly RunEvent[], batch: number) => void;
  /** Its end, where the disk did not take it. */
  readonly lost: (end: EndEvent) => void;
}

/** Begins a run that was taken out of the line. */
export async function performOn(context: Context, performance: Performance): Promise<Performing> {
  const { options, publish, store } = context;
  const { device, folder, commit, lost } = performance;
  const { spec, recipe, run } = store().readRunDetail(performance.run);
  publish([{ kind: 'run', run: store().changeRun(run.id, { status: 'preparing', startedAtMs: Date.now() }) }]);
  if (device.problem) {
    const { reason, mend } = device.problem;
    const text = tell('The graphics card is not used: {reason}. {mend}', { reason, mend });
    noteRun(context, run.id, 'warning', text);
    notify(context, run.id, 'warning', text);
  }
  const named = await deviceNames(context, device);
  return perform(
    {
      run: run.id,
      name: run.name,
      spec,
      recipe,
      data: run.data,
      home: options.home,
      folder,
      device: device.kind,
      engine: device.engine.folder,
      resumeFrom: store().readCheckpoints(run.id).at(-1)?.file ?? null,
      checkpointEveryMs: options.checkpointEveryMs ?? ordinaryCheckpointEveryMs,
      pauseAt: run.pauseAt,
    },
    {
      trainer: options.trainer ?? ownTrainer(),
      ladder: options.ladder ?? ordinaryLadder,
      commit: (events) =>
        commit(
          events.map((event) => withDevice(event, named, device.kind === 'gpu' ? context.card : null)),
          recipe.batch,
        ),
      lost,
      note: (kind, text) => noteRun(context, run.id, kind, text),
      tell: (text) => notify(context, run.id, 'warning', text, run.name),
      patience: options.patience ?? ordinaryPatience,
    },
  );
}

/** The trainer does not know the card's name and driver. */
async function deviceNames(
  { engine }: Context,
  device: ChosenDevice,
): Promise<{ readonly name: string; readonly driver: string | null }> {
  const { card } = await engine.status();
  if (device.kind === 'gpu' && card) return { name: card.name, driver: card.driver };
  return { name: processorModel(), driver: null };
}
