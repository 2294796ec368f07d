/**
 * Expected failures: what can go wrong in the world, said in plain words with a way out.
 *
 * The wire carries code and details only; whoever shows it words it with `describeFailure`. Everything else that is
 * thrown is a bug and is treated as one (logged with its stack, shown as our fault).
 */

type Detail = string | number;
type Wording<Details extends Record<string, Detail>> = (details: Details) => {
  readonly title: string;
  readonly advice: string;
};

const wording = <Details extends Record<string, Detail>>(words: Wording<Details>): Wording<Details> => words;

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`;

/** Code → words. `title` is one sentence on what happened, `advice` one on what to do. */
export const failures = {
  'network.unknown': wording((d: { name: string; near: string }) => ({
    title: `There is no network called "${d.name}".`,
    advice: d.near
      ? `Did you mean ${d.near}? The command \`presets\` lists all.`
      : 'The command `presets` lists all; a path to a JSON file works, too.',
  })),
  'design.unknown': wording((d: { id: string }) => ({
    title: `There is no saved network ${d.id}.`,
    advice: 'It may have been removed for good; look through the library.',
  })),
  'network.invalid': wording((d: { where: string; problem: string; advice: string }) => ({
    title: `This network cannot be built: ${d.where}: ${d.problem}.`,
    advice: d.advice,
  })),
  'data.unknown': wording((d: { name: string; near: string }) => ({
    title: `There is no dataset called "${d.name}".`,
    advice: d.near
      ? `Did you mean ${d.near}? The command \`data list\` lists all.`
      : 'The command `data list` lists all.',
  })),
  'data.damaged': wording((d: { name: string; what: string }) => ({
    title: `The dataset "${d.name}" is damaged: ${d.what}.`,
    advice: 'Remove it and add it again.',
  })),
  'run.unknown': wording((d: { run: string }) => ({
    title: `There is no run "${d.run}".`,
    advice: 'The command `runs` lists all; the first letters of an id are enough.',
  })),
  'run.ambiguous': wording((d: { run: string; matches: string }) => ({
    title: `"${d.run}" could be more than one run.`,
    advice: `Name one of them by more letters of its id: ${d.matches}.`,
  })),
  'checkpoint.none': wording((d: { run: string }) => ({
    title: `Run ${d.run} has no checkpoint.`,
    advice: 'Checkpoints are written while a run trains and when it stops: resume it, or let it train to its end.',
  })),
  'probe.pointless': wording((d: { why: string }) => ({
    title: `This probe has nothing to say of the network: ${d.why}.`,
    advice: 'Choose another probe.',
  })),
  'replay.none': wording((d: { run: string; known: string }) => ({
    title: `No batch of that step is kept for run ${d.run}.`,
    advice: d.known
      ? `Kept are those of step ${d.known}.`
      : 'A batch is kept when its loss is no longer a number; there was none.',
  })),
  'replay.stopped': wording((d: { run: string }) => ({
    title: `The replay of run ${d.run} was stopped.`,
    advice: 'Start it again when it suits you; it begins anew.',
  })),
  'probe.stopped': wording((d: { run: string }) => ({
    title: `The probe of run ${d.run} was stopped.`,
    advice: 'Start it again when it suits you; it begins anew.',
  })),
  'evaluation.none': wording((d: { run: string; split: string; at: string }) => ({
    title: `Run ${d.run} has no evaluation of the ${d.split} split (${d.at}).`,
    advice: 'A run is evaluated at the ends of its epochs, and its images are kept for the best and the last of them.',
  })),
  'evaluation.different': wording((d: { first: string; second: string }) => ({
    title: `Runs ${d.first} and ${d.second} were not evaluated on the same images.`,
    advice: 'Choose two runs of one dataset.',
  })),
  'recipe.invalid': wording((d: { field: string; problem: string }) => ({
    title: `The recipe's ${d.field} is not possible: ${d.problem}.`,
    advice: 'Correct it and start again.',
  })),
  'device.busy': wording((d: { device: string; holder: string }) => ({
    title: `The ${d.device} is in use: ${d.holder}.`,
    advice: 'Wait for it to end or stop it, then start again.',
  })),
  'engine.missing': wording((d: { reason: string }) => ({
    title: `The training engine is not installed${d.reason ? `: ${d.reason}` : ''}.`,
    advice: 'Run `npm start -- doctor --install`, or open Engine in the window.',
  })),
  'engine.noGpu': wording((d: { reason: string; advice: string }) => ({
    title: `The engine does not reach a GPU: ${d.reason}.`,
    advice: d.advice,
  })),
  /** In the words of the set-up, which knows the tool, package or folder. */
  'setup.failed': wording((d: { title: string; advice: string }) => ({ title: d.title, advice: d.advice })),
  'engine.broken': wording((d: { reason: string }) => ({
    title: `The training engine could not be loaded: ${d.reason}.`,
    advice: 'Repair it with `npm start -- doctor --repair`, or open Engine in the window.',
  })),
  'memory.full': wording((d: { batch: number; suggested: number }) => ({
    title: `The device ran out of memory at ${d.batch} images at a time.`,
    advice:
      d.suggested > 0
        ? `Go on with ${d.suggested} images at a time: the step stays the same, its gradients are added up.`
        : 'Try a smaller network.',
  })),
  'memory.short': wording((d: { neededBytes: number; totalBytes: number; batch: number; suggested: number }) => ({
    title: `A step of ${d.batch} images needs about ${megabytes(d.neededBytes)} and the device has ${megabytes(d.totalBytes)}.`,
    advice:
      d.suggested > 0
        ? `A batch of ${d.suggested} fits.`
        : 'Not even one image fits: take a smaller network or images.',
  })),
  'sweep.invalid': wording((d: { field: string; problem: string }) => ({
    title: `${d.field} cannot be varied like that: ${d.problem}.`,
    advice: 'Fields are named as in the recipe and the network, such as recipe.learningRate or network.widen.',
  })),
  'sweep.unknown': wording((d: { sweep: string }) => ({
    title: `There is no sweep "${d.sweep}".`,
    advice: 'The command `sweep list` lists all.',
  })),
  'study.unknown': wording((d: { study: string; near: string }) => ({
    title: `There is no study "${d.study}".`,
    advice: d.near ? `Did you mean ${d.near}?` : 'The command `study list` lists all.',
  })),
  'study.alike': wording((d: { runs: number }) => ({
    title: `${d.runs === 1 ? 'One run is' : `${d.runs} runs of one recipe are`} nothing to compare.`,
    advice: 'Choose runs of two recipes or more, trained on one dataset.',
  })),
  'study.mixed': wording((d: { first: string; second: string }) => ({
    title: `These runs were trained on ${d.first} and ${d.second}.`,
    advice: 'A study needs one dataset: choose the runs of one of them.',
  })),
  'disk.full': wording((d: { path: string; neededBytes: number; freeBytes: number }) => ({
    title: `The disk is full: ${d.path} has ${megabytes(d.freeBytes)} left and ${megabytes(d.neededBytes)} are needed.`,
    advice: 'Free some space, or choose another folder with --home or RESIDUA_HOME.',
  })),
  'folder.denied': wording((d: { path: string }) => ({
    title: `Residua may not write to ${d.path}.`,
    advice: 'Choose another folder with --home or RESIDUA_HOME, or change its permissions.',
  })),
  'store.newer': wording((d: { found: number; known: number }) => ({
    title: `The data folder was written by a newer Residua (layout ${d.found}; this one knows ${d.known}).`,
    advice: 'Update Residua, or choose another folder with --home or RESIDUA_HOME.',
  })),
  'store.busy': wording((d: { path: string }) => ({
    title: `Another program has kept the database ${d.path} locked for more than 5 seconds.`,
    advice: 'Close the other Residua, then try again.',
  })),
  'store.failing': wording((d: { path: string; problem: string }) => ({
    title: `The disk did not do as it was told for ${d.path} (${d.problem}).`,
    advice:
      'Check the disk, and whether a quota or a limit on the size of files holds; everything written before is kept.',
  })),
  'store.damaged': wording((d: { path: string; problem: string }) => ({
    title: `The database ${d.path} is damaged: ${d.problem}.`,
    advice: 'Move the file away and start again; Residua begins a new one.',
  })),
  'trainer.died': wording((d: { how: string }) => ({
    title: `The training process ended unexpectedly (${d.how}).`,
    advice: 'All points up to then are kept; Resume goes on from the last checkpoint.',
  })),
  'trainer.hung': wording((d: { seconds: number }) => ({
    title: `The training process said nothing for ${d.seconds} seconds and was ended.`,
    advice: 'All points up to then are kept; Resume goes on from the last checkpoint.',
  })),
  'training.diverged': wording((d: { step: number }) => ({
    title: `The loss was no longer a number at step ${d.step}.`,
    advice:
      'Fork the run from a checkpoint with a smaller learning rate or a warm-up, or with whenDiverged set to skip or rollBack.',
  })),
  'call.invalid': wording((d: { call: string; problem: string }) => ({
    title: `The call ${d.call} was refused: ${d.problem}.`,
    advice: 'This is a fault of the caller.',
  })),
  'export.large': wording((d: { bytes: number; most: number; runs: number }) => ({
    title: `The file would have ${megabytes(d.bytes)}; at most ${megabytes(d.most)} go at once.`,
    advice: d.runs > 1 ? 'Choose fewer runs.' : 'Choose another form: the archive is the smallest.',
  })),
  'core.lost': wording((d: { reason: string }) => ({
    title: `The connection to the core process was lost: ${d.reason}.`,
    advice: 'Nothing that was shown is lost; it is started again by itself, or start Residua again.',
  })),
  'port.taken': wording((d: { port: number }) => ({
    title: `Port ${d.port} is taken or not allowed.`,
    advice: 'Choose another one with --port, or leave it out for any free one.',
  })),
  'run.elsewhere': wording((d: { run: string }) => ({
    title: `The run ${d.run} belongs to another program that uses this data folder.`,
    advice: 'Stop it there.',
  })),
  'run.alive': wording((d: { run: string }) => ({
    title: `The run ${d.run} has not ended yet.`,
    advice: 'Stop it first.',
  })),
  'run.finished': wording((d: { run: string }) => ({
    title: `The run ${d.run} has finished.`,
    advice: 'Fork it with a longer duration to go on with it.',
  })),
  'checkpoint.unknown': wording((d: { run: string; step: number; known: string }) => ({
    title: `The run ${d.run} has no checkpoint of step ${d.step}.`,
    advice: d.known ? `It has those of step ${d.known}.` : 'It has none yet.',
  })),
  'import.unreadable': wording((d: { file: string; reason: string }) => ({
    title: `${d.file} cannot be read: ${d.reason}.`,
    advice: 'Check that it exists and may be read.',
  })),
  'import.unknown': wording((d: { name: string; found: string }) => ({
    title: `${d.name} is no dataset that Residua can read: ${d.found}.`,
    advice:
      'It reads CIFAR-10 and CIFAR-100, IDX (MNIST), folders with a folder of images for each class, NPZ, CSV, Parquet and SVHN, also as zip, tar or tar.gz.',
  })),
  'import.malformed': wording((d: { file: string; expected: string; found: string }) => ({
    title: `${d.file} is damaged or something else: expected ${d.expected}, found ${d.found}.`,
    advice: 'Fetch or make the file again.',
  })),
  'import.refused': wording((d: { file: string; reason: string }) => ({
    title: `${d.file} is refused: ${d.reason}.`,
    advice: 'Nothing of it was added.',
  })),
  'import.limit': wording((d: { file: string; what: string; most: number; found: number }) => ({
    title: `${d.file} goes over a limit: at most ${d.most.toLocaleString('en-US')} ${d.what}, found ${d.found.toLocaleString('en-US')}.`,
    advice: 'Such a file is most often damaged or made to do harm; leave out what is too large.',
  })),
  'import.died': wording((d: { how: string }) => ({
    title: `The process that reads files ended unexpectedly (${d.how}).`,
    advice: 'Nothing was added; the file is most likely damaged. Everything else goes on.',
  })),
  'import.hung': wording((d: { seconds: number }) => ({
    title: `The process that reads files did not answer for ${d.seconds} seconds and was ended.`,
    advice: 'Nothing was added; the file is most likely damaged. Everything else goes on.',
  })),
  'import.gone': wording((d: { import: string }) => ({
    title: `The import ${d.import} is over.`,
    advice: 'Drop the files again.',
  })),
  'import.forbidden': wording(() => ({
    title: 'These files were not chosen in this window.',
    advice: 'Drop them on the window or choose them with its dialog.',
  })),
  'data.hasValidation': wording((d: { name: string }) => ({
    title: `"${d.name}" has a validation split, or no training split to take one from.`,
    advice: 'Choose the dataset that it was made of.',
  })),
  'data.importing': wording((d: { name: string }) => ({
    title: `"${d.name}" is being imported.`,
    advice: 'Space is freed once that import is over.',
  })),
  'weights.misfit': wording((d: { file: string; network: string; problem: string }) => ({
    title: `${d.file} does not fit ${d.network}: ${d.problem}.`,
    advice: 'Choose the network that the weights were made for; images need the same number of channels.',
  })),
  'weights.none': wording((d: { run: string }) => ({
    title: `The run ${d.run} has no checkpoint yet.`,
    advice: 'Weights are there from the end of its first epoch on.',
  })),
  'file.exists': wording((d: { path: string }) => ({
    title: `${d.path} is there already.`,
    advice: 'Choose another name, or remove it first.',
  })),
  'data.inUse': wording((d: { name: string; run: string }) => ({
    title: `The run ${d.run} needs the removed dataset "${d.name}".`,
    advice: 'Empty the trash when it is over, or stop it.',
  })),
  'data.noTest': wording((d: { name: string; splits: string }) => ({
    title: `The dataset "${d.name}" has no split to train on and one to test on (it has ${d.splits}).`,
    advice: 'Add the files again and hold a share of every class out for testing.',
  })),
  'data.builtIn': wording((d: { name: string }) => ({
    title: `The dataset "${d.name}" comes with Residua and stays.`,
    advice: 'Only datasets that were added can be removed.',
  })),
  bug: wording((d: { message: string }) => ({
    title: `Something went wrong inside Residua: ${d.message}`,
    advice: 'This is our fault. Help › Save diagnostics keeps what we need to find it.',
  })),
} as const;

export type FailureCode = keyof typeof failures;
export type FailureDetails<Code extends FailureCode> = Parameters<(typeof failures)[Code]>[0];

/** A failure as it travels: a code and the details its words need. */
export interface Failure {
  readonly code: FailureCode;
  readonly details: Record<string, Detail>;
}

/** Thrown where something expected went wrong. */
export class Expected extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    const { title, advice } = describeFailure(failure);
    super(`${title} ${advice}`);
    this.name = 'Expected';
    this.failure = failure;
  }
}

/** Makes the error for a code; wrong details do not compile. */
export function expected<Code extends FailureCode>(code: Code, details: FailureDetails<Code>): Expected {
  return new Expected({ code, details: details as Record<string, Detail> });
}

/** The words for a failure. Never throws, whatever an older or newer program sent. */
export function describeFailure(failure: Failure): { readonly title: string; readonly advice: string } {
  const words = Object.hasOwn(failures, failure.code)
    ? (failures[failure.code] as Wording<Record<string, Detail>>)
    : undefined;
  return words ? words(failure.details) : { title: `Unknown failure ${String(failure.code)}.`, advice: '' };
}

/** Anything thrown, as a failure; what is not expected becomes a bug. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Expected) return thrown.failure;
  return { code: 'bug', details: { message: thrown instanceof Error ? thrown.message : String(thrown) } };
}
