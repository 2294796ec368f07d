/** `bench`: starts the benchmarks of the checkout as a program of their own; an installed app has none. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutFolder } from '../setup/engine.mjs';
import { failed, interrupted } from './command.ts';
import type { Command } from './command.ts';

export const benchCommand: Command = {
  usage:
    'bench [--peers pytorch,keras,tfjs] [--claims] [--survival] [--deep] [--data] [--watching] [--history] [--predictions] [--rounds N]',
  summary:
    'measures our training step beside other programs, or the ways of data and the history; status 1 where a bound is missed',
  options: {
    peers: { value: 'LIST' },
    networks: { value: 'LIST' },
    claims: {},
    survival: {},
    deep: {},
    watching: {},
    data: {},
    history: {},
    predictions: {},
    rounds: { value: 'N' },
  },
  positionals: { least: 0, most: 0, names: '' },
  async run(given, { json, terminal, onInterrupt }) {
    const program = join(checkoutFolder(), 'test', 'bench', 'index.ts');
    if (!existsSync(program)) {
      terminal.note(
        'residua: Benchmarks come with the source code, not with the installed app. Clone it and run this there.',
      );
      return failed;
    }
    const words = ['peers', 'networks', 'rounds'].flatMap((name) => {
      const value = given.text(name);
      return value === undefined ? [] : [`--${name}`, value];
    });
    const flags = ['claims', 'survival', 'deep', 'data', 'watching', 'history', 'predictions']
      .filter((name) => given.flag(name))
      .map((name) => `--${name}`);
    const child = spawn(process.execPath, [program, ...words, ...flags, ...(json ? ['--json'] : [])], {
      stdio: 'inherit',
    });
    let stopped = false;
    onInterrupt(() => {
      stopped = true;
      child.kill();
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (status) => resolve(stopped ? interrupted : (status ?? failed)));
    });
  },
};
