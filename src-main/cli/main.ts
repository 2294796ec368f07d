/** The command line: finds the command, runs it, and turns what it throws into one line and an exit status. */
import { createCore } from '../core/service/core.ts';
import type { Core } from '../core/service/core.ts';
import { dataFolder, program } from '../core/service/home.ts';
import { Log } from '../core/service/log.ts';
import { describeFailure, Expected } from '../shared/failure.ts';
import { Client, portPair } from '../shared/port.ts';
import { didYouMean, parseArguments, WrongUsage } from './arguments.ts';
import { done, failed, wrongUsage } from './command.ts';
import type { Command, Session } from './command.ts';
import { commands } from './commands.ts';
import type { Terminal } from './terminal.ts';

const ourName = 'residua';

/** The command that the words begin with, and the words after its name. @throws {WrongUsage} */
function findCommand(words: readonly string[]): { name: string; command: Command; rest: readonly string[] } {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    if (words.length >= length && Object.hasOwn(commands, name))
      return { name, command: commands[name] as Command, rest: words.slice(length) };
  }
  const first = words[0] as string;
  const parts = Object.keys(commands).filter((name) => name.startsWith(`${first} `));
  if (parts.length > 0)
    throw new WrongUsage(`"${first}" wants ${parts.map((name) => name.slice(first.length + 1)).join(' or ')}`);
  const near =
    didYouMean(words.slice(0, 2).join(' '), Object.keys(commands)) || didYouMean(first, Object.keys(commands));
  throw new WrongUsage(`there is no command "${first}"${near}`);
}

function help(terminal: Terminal): void {
  const shown = Object.values(commands).filter((command) => !command.hidden);
  const width = Math.max(...shown.map(({ usage }) => (usage.length > 44 ? 0 : usage.length)));
  terminal.out(`Residua ${program.version}: design, train and compare residual networks.`);
  terminal.out('');
  terminal.out('npm -s start -- COMMAND [--home DIR] [--json]; without a command it opens the window.');
  terminal.out('');
  for (const { usage, summary } of shown) {
    if (usage.length <= width) terminal.out(`  ${usage.padEnd(width)}  ${summary}`);
    else terminal.out(`  ${usage}\n  ${' '.repeat(width)}  ${summary}`);
  }
  terminal.out('');
  terminal.out(
    'Results go to standard output, messages to standard error. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
  );
}

/** Options may stand before the command, too. */
function commandFirst(words: readonly string[]): readonly string[] {
  const [first = ''] = words;
  const taken = first === '--home' ? 2 : first === '--json' || first.startsWith('--home=') ? 1 : 0;
  if (taken === 0 || words.length <= taken) return words;
  return [...commandFirst(words.slice(taken)), ...words.slice(0, taken)];
}

/** Listens to Ctrl+C, SIGTERM and a closed terminal; without a listener of the command they end the program as usual. */
function interruptions(): { onInterrupt: Session['onInterrupt']; end(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listeners: (() => void)[] = [];
  return {
    onInterrupt(listener) {
      let times = 0;
      const heard = () => listener(++times);
      listeners.push(heard);
      for (const signal of signals) process.on(signal, heard);
    },
    end() {
      for (const listener of listeners) for (const signal of signals) process.off(signal, listener);
    },
  };
}

/** Runs a command line. Resolves to its exit status; throws nothing. */
export async function main(written: readonly string[], terminal: Terminal): Promise<number> {
  const words = commandFirst(written);
  let home = dataFolder(undefined);
  let opened: { core: Core; client: Client } | null = null;
  const { onInterrupt, end } = interruptions();
  let usage = 'COMMAND, or `help`';
  try {
    if (words.length === 0 || ['help', '--help', '-h'].includes(words[0] as string)) {
      help(terminal);
      return words.length === 0 ? wrongUsage : done;
    }
    if (words[0] === '--version') {
      terminal.out(`${program.version} (${program.commit})`);
      return done;
    }
    const { name, command, rest } = findCommand(words);
    usage = command.usage;
    const given = parseArguments(rest, command.options, command.positionals);
    if (given.flag('help')) {
      terminal.out(`Usage: ${ourName} ${command.usage} [--home DIR] [--json]`);
      terminal.out(`${name}: ${command.summary}.`);
      return done;
    }
    home = dataFolder(given.text('home'));
    const open = (options: Parameters<Session['core']>[0] = {}) => {
      if (!opened) {
        const core = createCore({ home, ...program, ...options });
        const [near, far] = portPair();
        core.connect(far);
        opened = { core, client: new Client(near) };
      }
      return opened;
    };
    return await command.run(given, {
      home,
      json: given.flag('json'),
      terminal,
      onInterrupt,
      core: (options) => open(options).core,
      client: (options) => open(options).client,
    });
  } catch (thrown) {
    return explain(thrown, usage, home, terminal);
  } finally {
    end();
    await (opened as { core: Core } | null)?.core.close();
  }
}

function explain(thrown: unknown, usage: string, home: string, terminal: Terminal): number {
  if (thrown instanceof WrongUsage) {
    terminal.note(`${ourName}: ${thrown.message}${thrown.message.endsWith('?') ? '' : '.'}`);
    terminal.note(`Usage: ${ourName} ${usage}`);
    return wrongUsage;
  }
  if (thrown instanceof Expected) {
    const { title, advice } = describeFailure(thrown.failure);
    terminal.note(`${ourName}: ${title} ${advice}`);
    return failed;
  }
  const log = new Log(home);
  log.write('bug on the command line', thrown);
  terminal.note(
    `${ourName}: Something went wrong inside Residua: ${thrown instanceof Error ? thrown.message : String(thrown)} This is our fault; ${log.path} has the details.`,
  );
  return failed;
}
