/** Every command by its name, in the order of the help. */
import { benchCommand } from './bench.ts';
import type { Command } from './command.ts';
import { compareCommand } from './compare.ts';
import { dataListCommand, dataRemoveCommand, dataRestoreCommand, dataShowCommand, notYet } from './data.ts';
import { dataAddCommand } from './dataAdd.ts';
import { doctorCommand } from './doctor.ts';
import { describeCommand, presetsCommand } from './network.ts';
import { forkCommand, pinCommand, resumeCommand, unpinCommand } from './resume.ts';
import { runsCommand, showCommand } from './runs.ts';
import { serveCommand } from './serve.ts';
import { trainCommand } from './train.ts';

export const commands: Readonly<Record<string, Command>> = {
  presets: presetsCommand,
  describe: describeCommand,
  'data list': dataListCommand,
  'data show': dataShowCommand,
  'data add': dataAddCommand,
  'data remove': dataRemoveCommand,
  'data restore': dataRestoreCommand,
  train: trainCommand,
  runs: runsCommand,
  show: showCommand,
  compare: compareCommand,
  resume: resumeCommand,
  fork: forkCommand,
  pin: pinCommand,
  unpin: unpinCommand,
  predict: notYet('predict RUN IMAGE…', 'predict'),
  export: notYet('export RUN --format F', 'export'),
  bench: benchCommand,
  doctor: doctorCommand,
  serve: serveCommand,
};
