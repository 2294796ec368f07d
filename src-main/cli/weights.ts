/** `import` and `export`: weights from other programs, and for them. */
import { bytesInWords, counted } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import { done, interrupted, printJson } from './command.ts';
import type { Command } from './command.ts';
import { findRun } from './runs.ts';
import { askedRuns, runOptions } from './train.ts';

export const importCommand: Command = {
  usage: 'import FILE --network NAME|FILE --data ID [the options of train]',
  summary: 'makes a run of a safetensors file of weights, paused at step 0: resume, fork or export it',
  options: { ...runOptions, network: { value: 'NAME|FILE' } },
  positionals: { least: 1, most: 1, names: 'FILE' },
  async run(given, session) {
    const { json, terminal } = session;
    const network = given.text('network');
    if (network === undefined) throw new WrongUsage('--network is missing: the network that the weights were made for');
    const asked = await askedRuns(given, session, network);
    if (!asked) return interrupted;
    const source = { paths: [given.positionals[0] as string] };
    const runs = await session.client().call('weights.import', { ...asked, source, after: 'wait' });
    if (json) printJson(terminal, { runs });
    else
      for (const { id, name } of runs)
        terminal.out(`Made the run ${id} (${name}), paused at step 0. Train it: resume ${id}`);
    return done;
  },
};

export const exportCommand: Command = {
  usage: 'export RUN [--format safetensors] [--step N] [--out FILE]',
  summary: "writes a run's weights for other programs, with torchvision's names where it has such a network",
  options: { format: { value: 'safetensors' }, step: { value: 'N' }, out: { value: 'FILE' } },
  positionals: { least: 1, most: 1, names: 'RUN' },
  async run(given, { client, json, terminal }) {
    given.choice('format', ['safetensors']);
    const run = await findRun(client(), given.positionals[0] as string);
    const [step, file] = [given.whole('step', 0, 100_000_000), given.text('out')];
    const exported = await client().call('weights.export', {
      run,
      ...(step === undefined ? {} : { step }),
      ...(file === undefined ? {} : { file }),
    });
    const { layout, tensors, bytes } = exported;
    if (json) printJson(terminal, exported);
    else
      terminal.out(
        `${exported.file}: ${counted(tensors, 'tensor')} under ${layout === 'torchvision' ? "torchvision's" : 'our own'} names, ${bytesInWords(bytes)}.`,
      );
    return done;
  },
};
