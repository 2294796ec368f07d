/** `calibrate`: measures what this device takes for the work of training steps, so that runs can be predicted. */
import { predict } from '../shared/network/prediction.ts';
import { expand } from '../shared/network/expand.ts';
import { findPreset } from '../shared/network/presets.ts';
import { speedInWords } from '../shared/words.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';

/** Networks whose speed is said afterwards. */
const examples = ['resnet20', 'resnet110', 'wrn-28-10'];

export const calibrateCommand: Command = {
  usage: 'calibrate',
  summary: 'measures this machine for at most 20 seconds, so that the time of runs can be predicted',
  options: {},
  positionals: { least: 0, most: 0, names: '' },
  async run(_given, { client, json, terminal }) {
    const service = client();
    void service.watch((changes) => {
      for (const change of changes)
        if (change.kind === 'calibration') terminal.progress(`measuring: ${change.done} of ${change.total}`);
    });
    const calibration = await service.call('device.calibrate', {});
    terminal.progress('');
    if (json) {
      printJson(terminal, calibration);
      return done;
    }
    terminal.out(`${calibration.device}, measured in ${calibration.seconds.toFixed(0)} s`);
    for (const name of examples) {
      const { spec, recipe } = findPreset(name);
      const { imagesPerSecond } = predict(expand(spec), recipe, {
        kind: calibration.kind,
        freeBytes: null,
        calibration,
      });
      terminal.out(`${name.padEnd(14)}${speedInWords(imagesPerSecond ?? 0)} expected`);
    }
    return done;
  },
};
