/** `data add`: says what the files are, reads them into the library with progress, and prints the dataset. */
import type { Dataset } from '../shared/dataset.ts';
import { Expected, inWords } from '../shared/failure.ts';
import type { Failure } from '../shared/failure.ts';
import type { Import, ImportOptions, Inspection } from '../shared/import.ts';
import { bytesInWords, counted, durationInWords, shapeInWords, speedInWords } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { done, interrupted, printJson } from './command.ts';
import type { Command, Session } from './command.ts';
import { bar } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Odd files that are named one by one. */
const namedOdd = 5;

/** The options that say how images are stored. */
export function importOptions(given: Arguments): ImportOptions {
  const size = given.text('size');
  const [, height, width] = /^(\d{1,4})(?:x(\d{1,4}))?$/.exec(size ?? '') ?? [];
  if (size !== undefined && height === undefined) throw new WrongUsage(`--size wants HEIGHTxWIDTH, not "${size}"`);
  const fit = given.choice('fit', ['crop', 'letterbox']);
  const channels = given.choice('channels', ['grey', 'rgb']);
  const name = given.text('name');
  const holdOut = given.number('hold-out', 0, 0.5);
  const validation = given.number('validation', 0, 0.5);
  return {
    ...(name === undefined ? {} : { name }),
    ...(height === undefined ? {} : { size: { height: Number(height), width: Number(width ?? height) } }),
    ...(fit === undefined ? {} : { fit }),
    ...(channels === undefined ? {} : { channels }),
    ...(holdOut === undefined ? {} : { holdOut }),
    ...(validation === undefined ? {} : { validation }),
    ...(given.whole('seed', 0, 2 ** 32) === undefined ? {} : { seed: given.whole('seed', 0, 2 ** 32) as number }),
  };
}

function tellOdd({ count, examples }: Import['odd'], terminal: Terminal): void {
  if (count === 0) return;
  terminal.note(`${counted(count, 'file')} ${count === 1 ? 'is' : 'are'} not taken:`);
  for (const { path, reason } of examples.slice(0, namedOdd)) terminal.note(`  ${path}: ${inWords(reason)}`);
  if (count > namedOdd) terminal.note(`  and ${(count - namedOdd).toLocaleString('en-US')} more`);
}

function tellFinding(inspection: Inspection, terminal: Terminal): void {
  const { formatName, container, splits, classes, image, files, bytes, known } = inspection;
  const images = splits.map((split) => `${split.name} ${counted(split.images, 'image')}`).join(', ');
  terminal.note(
    `${known ? `${known}: ` : ''}${formatName} (${container}, ${counted(files, 'file')}, ${bytesInWords(bytes)}): ${images}; ` +
      `${counted(classes.length, 'class', 'classes')}; ${shapeInWords(image)}.`,
  );
  for (const note of inspection.notes) terminal.note(inWords(note));
  if (inspection.holdsOut)
    terminal.note('There is no test split: a share of every class is held out for it (--hold-out).');
}

function tellProgress(state: Import, terminal: Terminal): void {
  if (state.state === 'opening') return terminal.progress(`opening, ${bytesInWords(state.bytes)} unpacked`);
  const { images, imagesTotal, imagesPerSecond, secondsLeft } = state;
  if (imagesTotal === null || imagesPerSecond === null) return;
  terminal.progress(
    `${bar(images / Math.max(1, imagesTotal))} ${counted(images, 'image')} of ${imagesTotal.toLocaleString('en-US')}, ` +
      `${speedInWords(imagesPerSecond)}, ${durationInWords(secondsLeft ?? 0)} left`,
  );
}

/** Reads files into the library. Null where the person stopped it. @throws {Expected} what the import failed with */
export async function addData(
  paths: readonly string[],
  options: ImportOptions,
  { client, terminal, onInterrupt }: Pick<Session, 'client' | 'terminal' | 'onInterrupt'>,
): Promise<{ readonly dataset: Dataset; readonly state: Import } | null> {
  const core = client();
  let told: Import | null = null;
  let settle: (state: Import) => void = () => undefined;
  const ended = new Promise<Import>((resolve) => (settle = resolve));
  const cancel = (id: string) => void core.call('data.cancel', { import: id }).catch(() => undefined);
  let isStopped = false;
  onInterrupt(() => {
    isStopped = true;
    if (told) cancel(told.id);
  });
  const unwatch = await core.watch((changes) => {
    for (const change of changes) {
      if (change.kind !== 'import') continue;
      told = change.import;
      if (isStopped) cancel(told.id);
      tellProgress(told, terminal);
      if (['done', 'failed', 'cancelled'].includes(told.state)) settle(told);
    }
  });
  try {
    const inspection = await core.call('data.inspect', { source: { paths: [...paths] } });
    terminal.progress('');
    tellFinding(inspection, terminal);
    await core.call('data.add', { import: inspection.import, options });
    const state = await ended;
    terminal.progress('');
    if (state.state === 'cancelled') return null;
    if (state.failure) throw new Expected(state.failure as Failure);
    tellOdd(state.odd, terminal);
    return { dataset: await core.call('data.show', { data: state.dataset as string }), state };
  } catch (thrown) {
    terminal.progress('');
    if (isStopped) return null;
    throw thrown;
  } finally {
    unwatch();
  }
}

export const dataAddCommand: Command = {
  usage:
    'data add PATH… [--name N] [--size HxW] [--fit crop|letterbox] [--channels grey|rgb] [--hold-out SHARE] [--validation SHARE] [--seed N]',
  summary: 'reads files, folders or archives into the library',
  options: {
    name: { value: 'N' },
    size: { value: 'HxW' },
    fit: { value: 'crop|letterbox' },
    channels: { value: 'grey|rgb' },
    'hold-out': { value: 'SHARE' },
    validation: { value: 'SHARE' },
    seed: { value: 'N' },
  },
  positionals: { least: 1, most: 1000, names: 'PATH' },
  async run(given, session) {
    const { terminal, json } = session;
    const added = await addData(given.positionals, importOptions(given), session);
    if (!added) {
      terminal.note('residua: stopped; nothing was added.');
      return interrupted;
    }
    const { dataset, state } = added;
    if (json) printJson(terminal, { ...dataset, wasThere: state.wasThere, odd: state.odd });
    else
      terminal.out(
        state.wasThere
          ? `These images were there already: ${dataset.name} (${dataset.id}).`
          : `Added ${dataset.name} (${dataset.id}): ${counted(state.images, 'image')}, ${shapeInWords(dataset.image)}, ${bytesInWords(dataset.bytes)}.`,
      );
    return done;
  },
};
