/**
 * `npm test [-- PATTERN]`: sets up what is missing, then lint, types, format and all tests. With a PATTERN only the test
 * files whose path holds it, or one of the checks by its name (`lint`, `types`, `page`, `format`).
 */
import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './child.mjs';
import { InstallControl } from './engine.mjs';
import { Interrupted, SetupFailure } from './failure.mjs';
import { ensureProgram } from './libraries.mjs';
import { checkoutFolder } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { progressLine, say } from './progress.mjs';
import { runProgram } from './start.mjs';

/** Folders of tests that take long: they run only where the pattern names them. */
const apart = ['bench', 'long', 'desktop-long', 'fixtures', 'node_modules'];

/** Test files run at the same time; set-up machines have two cores. */
const concurrency = 2;

/** Longest time for one test: one that hangs is named instead of holding up everything. */
const longestTestMs = 6 * 60_000;

/**
 * Paths of the test files below a folder, sorted.
 * @param {string} folder
 * @param {string} [pattern] must occur in the path
 * @returns {string[]}
 */
export function testFiles(folder, pattern = '') {
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const isApart = apart.includes(entry.name) && !pattern.split('/').includes(entry.name);
      return isApart ? [] : testFiles(path, pattern);
    }
    return entry.name.endsWith('.test.ts') && path.includes(pattern) ? [path] : [];
  });
  return files.sort();
}

/**
 * The checks, as programs of node_modules with their arguments.
 * @type {Record<string, [string, ...string[]]>}
 */
const checks = {
  lint: ['eslint/bin/eslint.js', 'src-main', 'src-renderer', 'test', 'eslint.config.js'],
  types: ['typescript/bin/tsc', '-p', 'src-main/tsconfig.json'],
  browserTypes: ['typescript/bin/tsc', '-p', 'test/desktop/tsconfig.json'],
  page: [
    'svelte-check/bin/svelte-check',
    '--workspace',
    'src-renderer',
    '--tsconfig',
    './tsconfig.json',
    '--output',
    'human',
    '--threshold',
    'warning',
  ],
  format: [
    'prettier/bin/prettier.cjs',
    '--check',
    '--log-level',
    'warn',
    'src-main',
    'src-renderer',
    'test',
    'eslint.config.js',
  ],
};

/**
 * Runs checks, two at a time; prints what fails.
 * @param {string} checkout
 * @param {string} node
 * @param {string[]} names
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>} names of those that failed
 */
async function runChecks(checkout, node, names, signal) {
  const waiting = [...names];
  /** @type {string[]} */
  const failed = [];
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const [program, ...args] = /** @type {[string, ...string[]]} */ (checks[name]);
      const started = performance.now();
      const { status, stdout, stderr } = await run(node, [join(checkout, 'node_modules', program), ...args], {
        cwd: checkout,
        signal,
      });
      say(`${status === 0 ? '✔' : '✖'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
      if (status === 0) continue;
      failed.push(name);
      say(`${stdout}${stderr}`.trim());
    }
  };
  await Promise.all([lane(), lane()]);
  return failed;
}

/**
 * What the machine lacks for the tests of the window and the page.
 * @param {import('./prepare.mjs').Prepared} prepared
 * @param {AbortSignal} signal
 * @param {(line: string) => void} onPhase
 * @returns {Promise<NodeJS.ProcessEnv>} what to add to the tests' environment
 */
async function testEnvironment({ electron }, signal, onPhase) {
  const display = process.env.DISPLAY ? null : await ensureProgram('Xvfb', { signal, onPhase });
  if (display && !display.path)
    throw new SetupFailure(
      'Xvfb is missing, the display that the tests of the window draw on.',
      'Install it: sudo apt-get install -y xvfb',
    );
  const chromium = await ensureProgram('chromium', { signal, onPhase });
  if (!chromium.path) say("No Chromium is installed: Electron's own opens the served page in the tests.");
  return {
    ...display?.environment,
    ...electron?.environment,
    ...(electron ? { ELECTRON_OVERRIDE_DIST_PATH: electron.folder } : {}),
    ...(chromium.path ? { RESIDUA_TEST_CHROMIUM: chromium.path } : {}),
    RESIDUA_TEST_BUILT: '1',
    PATH: [process.env.PATH, display?.environment.PATH].filter(Boolean).join(delimiter),
  };
}

/** @param {string} checkout @param {readonly string[]} args @returns {Promise<number>} exit status */
async function main(checkout, [pattern]) {
  const started = performance.now();
  const control = new InstallControl();
  const line = progressLine();
  const interrupt = () => control.cancel();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const opensPage = pattern === undefined || /desktop|page|serve|shell/.test(pattern);
  /** @type {import('./sources.mjs').Part[]} */
  const parts = opensPage ? ['programs', 'shell', 'page'] : ['programs'];
  const options = { parts, engine: true, electron: opensPage, control, line };
  const prepared = await prepare(checkout, options).finally(line.close);
  const onPhase = (/** @type {string} */ phase) => line.say(`${phase} …`);
  const added = opensPage ? await testEnvironment(prepared, control.signal, onPhase) : {};
  const single = pattern !== undefined && Object.hasOwn(checks, pattern);
  const failed =
    pattern === undefined || single
      ? await runChecks(checkout, prepared.node, single ? [pattern] : Object.keys(checks), control.signal)
      : [];
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  let status = 0;
  if (!single) {
    const files = testFiles(join(checkout, 'test'), pattern);
    if (files.length === 0)
      throw new SetupFailure(
        `No test file's path holds "${pattern}".`,
        'A part of a path under test/ will do, such as core/store.',
      );
    const flags = [
      '--test',
      `--test-concurrency=${concurrency}`,
      `--test-timeout=${longestTestMs}`,
      '--test-reporter=spec',
      '--disable-warning=ExperimentalWarning',
    ];
    status = await runProgram(prepared.node, [...flags, ...files], added);
  }
  say(
    `${failed.length > 0 ? `Failed: ${failed.join(', ')}. ` : ''}All of it took ${Math.round((performance.now() - started) / 1000)} s.`,
  );
  return status !== 0 ? status : failed.length > 0 ? 1 : 0;
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
