/**
 * `npm start [-- COMMAND …]`: sets up what is missing, then runs the program. Standard output belongs to the program.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InstallControl } from './engine.mjs';
import { Interrupted, SetupFailure } from './failure.mjs';
import { checkoutFolder } from './paths.mjs';
import { guard, prepare } from './prepare.mjs';
import { progressLine, say } from './progress.mjs';

/** Commands that train or compute: they need the engine before they start. */
const computing = ['train', 'resume', 'fork', 'bench', 'predict'];

/**
 * What the arguments ask for.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ window: boolean, command: string[], engine: boolean, opensPage: boolean }} `engine`: before the program
 *   starts; where the page is shown (`opensPage`) the program installs it while people look around already
 */
export function readArguments(args, environment) {
  const [first, ...rest] = args;
  const page = { engine: false, opensPage: true };
  if (first === '--window') return { ...page, window: true, command: rest };
  if (first === '--serve' || first === 'serve') return { ...page, window: false, command: ['serve', ...rest] };
  if (first === undefined) {
    const hasDisplay = Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
    return { ...page, window: hasDisplay, command: hasDisplay ? [] : ['serve'] };
  }
  return {
    window: false,
    command: [...args],
    engine: computing.includes(first) && !args.includes('--help'),
    opensPage: false,
  };
}

/** Signals that are passed on to the program. */
const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Exit status of a program that a signal ended. */
const statusOfSignal = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 137 };

/**
 * Runs the program to its end, passing signals on.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [added] to the environment
 * @returns {Promise<number>} exit status
 */
export function runProgram(command, args, added = {}) {
  // A session of its own: Ctrl+C reaches the program once, by us, and not a second and third time by terminal and npm.
  // The guard ends it should this process be killed.
  const warden = guard();
  const [program, first] = warden ? [warden, ['--pdeathsig', 'TERM', command]] : [command, []];
  const child = spawn(program, [...first, ...args], {
    stdio: 'inherit',
    detached: true,
    env: { ...process.env, ...added },
  });
  return new Promise((resolve) => {
    let lastAtMs = -Infinity;
    for (const signal of forwarded) {
      process.on(signal, () => {
        // The terminal and npm both send what was pressed once.
        if (performance.now() - lastAtMs < 300) return;
        lastAtMs = performance.now();
        child.kill(signal);
      });
    }
    child.on('error', (error) => {
      say(`${program} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (status, signal) =>
      resolve(status ?? statusOfSignal[/** @type {keyof typeof statusOfSignal} */ (signal)] ?? 1),
    );
  });
}

/** @param {string} checkout @param {readonly string[]} args */
async function main(checkout, args) {
  const wanted = readArguments(args, process.env);
  const control = new InstallControl();
  const line = progressLine();
  const interrupt = () => control.cancel();
  for (const signal of forwarded) process.on(signal, interrupt);
  /** @type {import('./sources.mjs').Part[]} */
  const parts = wanted.window ? ['programs', 'shell', 'page'] : wanted.opensPage ? ['programs', 'page'] : ['programs'];
  const { node, electron } = await prepare(checkout, {
    parts,
    engine: wanted.engine,
    electron: wanted.window,
    control,
    line,
  }).finally(line.close);
  for (const signal of forwarded) process.off(signal, interrupt);
  const setup = wanted.opensPage ? { RESIDUA_ENGINE_SETUP: '1' } : {};
  if (electron)
    return runProgram(electron.executable, [...electron.args, ...wanted.command], {
      ...electron.environment,
      ...setup,
    });
  return runProgram(node, [join(checkout, 'out', 'cli.mjs'), ...wanted.command], setup);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(checkoutFolder(), process.argv.slice(2)).then(
    (status) => process.exit(status),
    (thrown) => {
      say(
        thrown instanceof SetupFailure
          ? thrown.message.trim()
          : thrown instanceof Error
            ? (thrown.stack ?? thrown.message)
            : String(thrown),
      );
      process.exit(thrown instanceof Interrupted ? 130 : 1);
    },
  );
}
