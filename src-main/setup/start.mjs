/**
 * `npm start [-- COMMAND …]`: sets up what is missing, then runs the program. Standard output belongs to the program.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findProgram, run } from './child.mjs';
import { engineFlavour, installEngine, InstallControl, locateEngine } from './engine.mjs';
import { Interrupted, SetupFailure } from './failure.mjs';
import { checkoutFolder } from './paths.mjs';
import { applicationNode, ensurePackages } from './packages.mjs';
import { progressLine, say } from './progress.mjs';
import { staleParts } from './sources.mjs';

/** Commands that train or compute: they need the engine before they start. */
const computing = ['train', 'resume', 'bench', 'predict', 'export', 'serve'];

const checkout = checkoutFolder();
const control = new InstallControl();

/**
 * What the arguments ask for.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ window: boolean, command: string[], engine: boolean }}
 */
export function readArguments(args, environment) {
  const [first] = args;
  if (first === '--window') return { window: true, command: args.slice(1), engine: true };
  if (first === '--serve') return { window: false, command: ['serve', ...args.slice(1)], engine: true };
  if (first === undefined) {
    const display = environment.DISPLAY || environment.WAYLAND_DISPLAY;
    return display ? { window: true, command: [], engine: true } : { window: false, command: ['serve'], engine: true };
  }
  return { window: false, command: [...args], engine: computing.includes(first) && !args.includes('--help') };
}

/** Builds what changed. @param {string} node */
async function ensureBuild(node) {
  if (staleParts(checkout).length === 0) return;
  const { status, stderr } = await run(node, [join(checkout, 'src-main/setup/build.mjs')], {
    cwd: checkout,
    signal: control.signal,
  });
  if (status !== 0) throw new SetupFailure(stderr.trim(), '');
}

async function ensureEngine() {
  const flavour = await engineFlavour();
  if (locateEngine({ flavour }).state === 'ready') return;
  const line = progressLine();
  await installEngine({ flavour, control, onProgress: line.show }).finally(line.close);
}

/**
 * Runs the program to its end, passing signals on.
 * @param {string} node
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit status
 */
function runProgram(node, args) {
  // A session of its own: Ctrl+C reaches the program once, by us, and not a second and third time by terminal and npm.
  // `setpriv` ends it should this process be killed.
  const guard = process.platform === 'linux' ? findProgram('setpriv') : null;
  const [command, first] = guard ? [guard, ['--pdeathsig', 'TERM', node]] : [node, []];
  const child = spawn(command, [...first, ...args], { stdio: 'inherit', detached: true });
  return new Promise((resolve) => {
    let lastAtMs = -Infinity;
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        if (performance.now() - lastAtMs < 300) return;
        lastAtMs = performance.now();
        child.kill(signal);
      });
    }
    child.on('error', (error) => {
      say(`${command} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (status, signal) =>
      resolve(status ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1)),
    );
  });
}

async function main() {
  const wanted = readArguments(process.argv.slice(2), process.env);
  const interrupt = () => control.cancel();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  await ensurePackages(checkout, { signal: control.signal, onPhase: (phase) => say(`${phase} …`) });
  const node = applicationNode(checkout);
  await ensureBuild(node);
  if (wanted.engine) await ensureEngine();
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  return runProgram(node, [join(checkout, 'out', 'cli.mjs'), ...wanted.command]);
}

main().then(
  (status) => process.exit(status),
  (thrown) => {
    say(
      thrown instanceof SetupFailure
        ? thrown.message
        : thrown instanceof Error
          ? (thrown.stack ?? thrown.message)
          : String(thrown),
    );
    process.exit(thrown instanceof Interrupted ? 130 : 1);
  },
);
