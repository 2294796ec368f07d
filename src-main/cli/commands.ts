/** Every command by its name, in the order of the help. */
import { benchCommand } from './bench.ts';
import { calibrateCommand } from './calibrate.ts';
import type { Command } from './command.ts';
import { compareCommand } from './compare.ts';
import { dataListCommand, dataRemoveCommand, dataRestoreCommand, dataShowCommand } from './data.ts';
import { dataAddCommand } from './dataAdd.ts';
import { dataEmptyCommand, dataRenameCommand, dataSplitCommand, dataSurveyCommand } from './dataKeep.ts';
import { doctorCommand } from './doctor.ts';
import { describeCommand, presetsCommand } from './network.ts';
import { predictCommand } from './predict.ts';
import { forkCommand, pinCommand, resumeCommand, unpinCommand } from './resume.ts';
import { replayCommand } from './replay.ts';
import { runsCommand, showCommand } from './runs.ts';
import { queueCommand } from './queue.ts';
import { serveCommand } from './serve.ts';
import { studyListCommand, studyMakeCommand, studyMoreCommand, studyReportCommand, studyRunCommand } from './study.ts';
import { sweepCommand, sweepListCommand } from './sweep.ts';
import { trainCommand } from './train.ts';
import { exportCommand, importCommand } from './weights.ts';

export const commands: Readonly<Record<string, Command>> = {
  presets: presetsCommand,
  describe: describeCommand,
  'data list': dataListCommand,
  'data show': dataShowCommand,
  'data add': dataAddCommand,
  'data remove': dataRemoveCommand,
  'data restore': dataRestoreCommand,
  'data rename': dataRenameCommand,
  'data split': dataSplitCommand,
  'data survey': dataSurveyCommand,
  'data empty': dataEmptyCommand,
  train: trainCommand,
  'sweep list': sweepListCommand,
  sweep: sweepCommand,
  'study list': studyListCommand,
  'study run': studyRunCommand,
  'study more': studyMoreCommand,
  'study make': studyMakeCommand,
  'study report': studyReportCommand,
  queue: queueCommand,
  runs: runsCommand,
  show: showCommand,
  compare: compareCommand,
  resume: resumeCommand,
  fork: forkCommand,
  pin: pinCommand,
  unpin: unpinCommand,
  predict: predictCommand,
  replay: replayCommand,
  import: importCommand,
  export: exportCommand,
  bench: benchCommand,
  calibrate: calibrateCommand,
  doctor: doctorCommand,
  serve: serveCommand,
};
