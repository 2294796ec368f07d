/** Failures of datasets, imports, weights and files; a part of the catalogue in `failure.ts`. */
import { say } from '../language.ts';
import { megabytes, wording } from './wording.ts';

export const dataFailures = {
  'data.unknown': wording((d: { name: string; near: string }) => ({
    title: say('There is no dataset called "{name}".', d),
    advice: d.near
      ? say('Did you mean {near}? The command `data list` lists all.', d)
      : say('The command `data list` lists all.'),
  })),
  'data.damaged': wording((d: { name: string; what: string }) => ({
    title: say('The dataset "{name}" is damaged: {what}.', d),
    advice: say('Remove it and add it again.'),
  })),
  'export.large': wording((d: { bytes: number; most: number; runs: number }) => ({
    title: say('The file would have {bytes}; at most {most} go at once.', {
      bytes: megabytes(d.bytes),
      most: megabytes(d.most),
    }),
    advice: d.runs > 1 ? say('Choose fewer runs.') : say('Choose another form: the archive is the smallest.'),
  })),
  'import.unreadable': wording((d: { file: string; reason: string }) => ({
    title: say('{file} cannot be read: {reason}.', d),
    advice: say('Check that it exists and may be read.'),
  })),
  'import.unknown': wording((d: { name: string; found: string }) => ({
    title: say('{name} is no dataset that Residua can read: {found}.', d),
    advice: say(
      'It reads CIFAR-10 and CIFAR-100, IDX (MNIST), folders with a folder of images for each class, NPZ, CSV, Parquet and SVHN, also as zip, tar or tar.gz.',
    ),
  })),
  'import.malformed': wording((d: { file: string; expected: string; found: string }) => ({
    title: say('{file} is damaged or something else: expected {expected}, found {found}.', d),
    advice: say('Fetch or make the file again.'),
  })),
  'import.refused': wording((d: { file: string; reason: string }) => ({
    title: say('{file} is refused: {reason}.', d),
    advice: say('Nothing of it was added.'),
  })),
  'import.limit': wording((d: { file: string; what: string; most: number; found: number }) => ({
    title: say('{file} goes over a limit: at most {most} {what}, found {found}.', {
      file: d.file,
      what: d.what,
      most: d.most.toLocaleString('en-US'),
      found: d.found.toLocaleString('en-US'),
    }),
    advice: say('Such a file is most often damaged or made to do harm; leave out what is too large.'),
  })),
  'import.died': wording((d: { how: string }) => ({
    title: say('The process that reads files ended unexpectedly ({how}).', d),
    advice: say('Nothing was added; the file is most likely damaged. Everything else goes on.'),
  })),
  'import.hung': wording((d: { seconds: number }) => ({
    title: say('The process that reads files did not answer for {seconds} seconds and was ended.', d),
    advice: say('Nothing was added; the file is most likely damaged. Everything else goes on.'),
  })),
  'import.gone': wording((d: { import: string }) => ({
    title: say('The import {import} is over.', d),
    advice: say('Drop the files again.'),
  })),
  'import.forbidden': wording(() => ({
    title: say('These files were not chosen in this window.'),
    advice: say('Drop them on the window or choose them with its dialog.'),
  })),
  'data.hasValidation': wording((d: { name: string }) => ({
    title: say('"{name}" has a validation split, or no training split to take one from.', d),
    advice: say('Choose the dataset that it was made of.'),
  })),
  'data.importing': wording((d: { name: string }) => ({
    title: say('"{name}" is being imported.', d),
    advice: say('Space is freed once that import is over.'),
  })),
  'weights.misfit': wording((d: { file: string; network: string; problem: string }) => ({
    title: say('{file} does not fit {network}: {problem}.', d),
    advice: say('Choose the network that the weights were made for; images need the same number of channels.'),
  })),
  'weights.none': wording((d: { run: string }) => ({
    title: say('The run {run} has no checkpoint yet.', d),
    advice: say('Weights are there from the end of its first epoch on.'),
  })),
  'file.exists': wording((d: { path: string }) => ({
    title: say('{path} is there already.', d),
    advice: say('Choose another name, or remove it first.'),
  })),
  'data.inUse': wording((d: { name: string; run: string }) => ({
    title: say('The run {run} needs the removed dataset "{name}".', d),
    advice: say('Empty the trash when it is over, or stop it.'),
  })),
  'data.noTest': wording((d: { name: string; splits: string }) => ({
    title: say('The dataset "{name}" has no split to train on and one to test on (it has {splits}).', d),
    advice: say('Add the files again and hold a share of every class out for testing.'),
  })),
  'data.builtIn': wording((d: { name: string }) => ({
    title: say('The dataset "{name}" comes with Residua and stays.', d),
    advice: say('Only datasets that were added can be removed.'),
  })),
} as const;
