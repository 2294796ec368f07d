/** Every expected failure with its words; `failure.ts` makes and describes them. */
import { retell, say } from '../language.ts';
import { splitInWords } from '../words.ts';
import { dataFailures } from './data.ts';
import { megabytes, wording } from './wording.ts';

/** A field of a spec, or a part of the network: `stage3`. */
function placeInWords(where: string): string {
  const stage = /^stage(\d+)$/.exec(where)?.[1];
  return stage ? say('stage{number}', { number: stage }) : retell(where);
}

/** Code → words. `title` is one sentence on what happened, `advice` one on what to do. */
export const failures = {
  ...dataFailures,
  'network.unknown': wording((d: { name: string; near: string }) => ({
    title: say('There is no network called "{name}".', d),
    advice: d.near
      ? say('Did you mean {near}? The command `presets` lists all.', d)
      : say('The command `presets` lists all; a path to a JSON file works, too.'),
  })),
  'design.unknown': wording((d: { id: string }) => ({
    title: say('There is no saved network {id}.', d),
    advice: say('It may have been removed for good; look through the library.'),
  })),
  'network.invalid': wording((d: { where: string; problem: string; advice: string }) => ({
    title: say('This network cannot be built: {where}: {problem}.', {
      where: placeInWords(d.where),
      problem: d.problem,
    }),
    advice: d.advice,
  })),
  'run.unknown': wording((d: { run: string }) => ({
    title: say('There is no run "{run}".', d),
    advice: say('The command `runs` lists all; the first letters of an id are enough.'),
  })),
  'run.ambiguous': wording((d: { run: string; matches: string }) => ({
    title: say('"{run}" could be more than one run.', d),
    advice: say('Name one of them by more letters of its id: {matches}.', d),
  })),
  'checkpoint.none': wording((d: { run: string }) => ({
    title: say('Run {run} has no checkpoint.', d),
    advice: say('Checkpoints are written while a run trains and when it stops: resume it, or let it train to its end.'),
  })),
  'probe.pointless': wording((d: { why: string }) => ({
    title: say('This probe has nothing to say of the network: {why}.', d),
    advice: say('Choose another probe.'),
  })),
  'replay.none': wording((d: { run: string; known: string }) => ({
    title: say('No batch of that step is kept for run {run}.', d),
    advice: d.known
      ? say('Kept are those of step {known}.', d)
      : say('A batch is kept when its loss is no longer a number; there was none.'),
  })),
  'replay.stopped': wording((d: { run: string }) => ({
    title: say('The replay of run {run} was stopped.', d),
    advice: say('Start it again when it suits you; it begins anew.'),
  })),
  'probe.stopped': wording((d: { run: string }) => ({
    title: say('The probe of run {run} was stopped.', d),
    advice: say('Start it again when it suits you; it begins anew.'),
  })),
  'evaluation.none': wording((d: { run: string; split: string; at: string }) => ({
    title: say('Run {run} has no evaluation of the {split} split ({at}).', { ...d, split: splitInWords(d.split) }),
    advice: say(
      'A run is evaluated at the ends of its epochs, and its images are kept for the best and the last of them.',
    ),
  })),
  'evaluation.different': wording((d: { first: string; second: string }) => ({
    title: say('Runs {first} and {second} were not evaluated on the same images.', d),
    advice: say('Choose two runs of one dataset.'),
  })),
  'recipe.invalid': wording((d: { field: string; problem: string }) => ({
    title: say("The recipe's {field} is not possible: {problem}.", d),
    advice: say('Correct it and start again.'),
  })),
  'device.busy': wording((d: { device: string; holder: string }) => ({
    title: say('The {device} is in use: {holder}.', d),
    advice: say('Wait for it to end or stop it, then start again.'),
  })),
  'engine.missing': wording((d: { reason: string }) => ({
    title: d.reason
      ? say('The training engine is not installed: {reason}.', d)
      : say('The training engine is not installed.'),
    advice: say('Run `npm start -- doctor --install`, or open Engine in the window.'),
  })),
  'engine.noGpu': wording((d: { reason: string; advice: string }) => ({
    title: say('The engine does not reach a GPU: {reason}.', d),
    advice: d.advice,
  })),
  /** In the words of the set-up, which knows the tool, package or folder. */
  'setup.failed': wording((d: { title: string; advice: string }) => ({ title: d.title, advice: d.advice })),
  'engine.broken': wording((d: { reason: string }) => ({
    title: say('The training engine could not be loaded: {reason}.', d),
    advice: say('Repair it with `npm start -- doctor --repair`, or open Engine in the window.'),
  })),
  'memory.full': wording((d: { batch: number; suggested: number }) => ({
    title: say('The device ran out of memory at {batch} images at a time.', d),
    advice:
      d.suggested > 0
        ? say('Go on with {suggested} images at a time: the step stays the same, its gradients are added up.', d)
        : say('Try a smaller network.'),
  })),
  'memory.short': wording((d: { neededBytes: number; totalBytes: number; batch: number; suggested: number }) => ({
    title: say('A step of {batch} images needs about {needed} and the device has {total}.', {
      batch: d.batch,
      needed: megabytes(d.neededBytes),
      total: megabytes(d.totalBytes),
    }),
    advice:
      d.suggested > 0
        ? say('A batch of {suggested} fits.', d)
        : say('Not even one image fits: take a smaller network or images.'),
  })),
  'sweep.invalid': wording((d: { field: string; problem: string }) => ({
    title: say('{field} cannot be varied like that: {problem}.', d),
    advice: say('Fields are named as in the recipe and the network, such as recipe.learningRate or network.widen.'),
  })),
  'sweep.unknown': wording((d: { sweep: string }) => ({
    title: say('There is no sweep "{sweep}".', d),
    advice: say('The command `sweep list` lists all.'),
  })),
  'study.unknown': wording((d: { study: string; near: string }) => ({
    title: say('There is no study "{study}".', d),
    advice: d.near ? say('Did you mean {near}?', d) : say('The command `study list` lists all.'),
  })),
  'study.alike': wording((d: { runs: number }) => ({
    title:
      d.runs === 1
        ? say('One run is nothing to compare.')
        : say('{runs} runs of one recipe are nothing to compare.', d),
    advice: say('Choose runs of two recipes or more, trained on one dataset.'),
  })),
  'study.mixed': wording((d: { first: string; second: string }) => ({
    title: say('These runs were trained on {first} and {second}.', d),
    advice: say('A study needs one dataset: choose the runs of one of them.'),
  })),
  'disk.full': wording((d: { path: string; neededBytes: number; freeBytes: number }) => ({
    title: say('The disk is full: {path} has {free} left and {needed} are needed.', {
      path: d.path,
      free: megabytes(d.freeBytes),
      needed: megabytes(d.neededBytes),
    }),
    advice: say('Free some space, or choose another folder with --home or RESIDUA_HOME.'),
  })),
  'folder.denied': wording((d: { path: string }) => ({
    title: say('Residua may not write to {path}.', d),
    advice: say('Choose another folder with --home or RESIDUA_HOME, or change its permissions.'),
  })),
  'store.newer': wording((d: { found: number; known: number }) => ({
    title: say('The data folder was written by a newer Residua (layout {found}; this one knows {known}).', d),
    advice: say('Update Residua, or choose another folder with --home or RESIDUA_HOME.'),
  })),
  'store.busy': wording((d: { path: string }) => ({
    title: say('Another program has kept the database {path} locked for more than 5 seconds.', d),
    advice: say('Close the other Residua, then try again.'),
  })),
  'store.failing': wording((d: { path: string; problem: string }) => ({
    title: say('The disk did not do as it was told for {path} ({problem}).', d),
    advice: say(
      'Check the disk, and whether a quota or a limit on the size of files holds; everything written before is kept.',
    ),
  })),
  'store.damaged': wording((d: { path: string; problem: string }) => ({
    title: say('The database {path} is damaged: {problem}.', d),
    advice: say('Move the file away and start again; Residua begins a new one.'),
  })),
  'trainer.died': wording((d: { how: string }) => ({
    title: say('The training process ended unexpectedly ({how}).', d),
    advice: say('All points up to then are kept; Resume goes on from the last checkpoint.'),
  })),
  'trainer.hung': wording((d: { seconds: number }) => ({
    title: say('The training process said nothing for {seconds} seconds and was ended.', d),
    advice: say('All points up to then are kept; Resume goes on from the last checkpoint.'),
  })),
  'training.diverged': wording((d: { step: number }) => ({
    title: say('The loss was no longer a number at step {step}.', d),
    advice: say(
      'Fork the run from a checkpoint with a smaller learning rate or a warm-up, or with whenDiverged set to skip or rollBack.',
    ),
  })),
  'call.invalid': wording((d: { call: string; problem: string }) => ({
    title: say('The call {call} was refused: {problem}.', d),
    advice: say('This is a fault of the caller.'),
  })),
  'core.lost': wording((d: { reason: string }) => ({
    title: say('The connection to the core process was lost: {reason}.', d),
    advice: say('Nothing that was shown is lost; it is started again by itself, or start Residua again.'),
  })),
  'port.taken': wording((d: { port: number }) => ({
    title: say('Port {port} is taken or not allowed.', d),
    advice: say('Choose another one with --port, or leave it out for any free one.'),
  })),
  'run.elsewhere': wording((d: { run: string }) => ({
    title: say('The run {run} belongs to another program that uses this data folder.', d),
    advice: say('Stop it there.'),
  })),
  'run.alive': wording((d: { run: string }) => ({
    title: say('The run {run} has not ended yet.', d),
    advice: say('Stop it first.'),
  })),
  'run.finished': wording((d: { run: string }) => ({
    title: say('The run {run} has finished.', d),
    advice: say('Fork it with a longer duration to go on with it.'),
  })),
  'checkpoint.unknown': wording((d: { run: string; step: number; known: string }) => ({
    title: say('The run {run} has no checkpoint of step {step}.', d),
    advice: d.known ? say('It has those of step {known}.', d) : say('It has none yet.'),
  })),
  bug: wording((d: { message: string }) => ({
    title: say('Something went wrong inside Residua: {message}', d),
    advice: say('This is our fault. Help › Save diagnostics keeps what we need to find it.'),
  })),
} as const;
