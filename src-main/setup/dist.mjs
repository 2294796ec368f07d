/**
 * `npm run dist`: makes the installers that electron-builder.yml describes. `--dir` stops at the unpacked app; `--output DIR`
 * puts everything elsewhere; `--stand-in` packages the development runtime under another name, unpacked, for tests.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { spawnSync } from 'node:child_process';
import { compileAddon } from './addon.mjs';
import { buildParts } from './build.mjs';
import { electronRuntime } from './electron.mjs';
import { engineFlavour, installEngine } from './engine.mjs';
import { SetupFailure } from './failure.mjs';
import { applicationNode, isModernNode } from './packages.mjs';
import { checkoutFolder } from './paths.mjs';
import { say } from './progress.mjs';
import { staleParts } from './sources.mjs';
import { stage } from './staging.mjs';

/** Name of what `--stand-in` makes: nobody should take it for the app. */
export const standInName = 'residua-stand-in';

/**
 * @typedef {object} DistOptions
 * @property {string} checkout
 * @property {string} output folder of the results
 * @property {boolean} standIn
 * @property {boolean} dir stop at the unpacked app
 * @property {boolean} [built] take `out` as it is
 */

/**
 * Refuses to package anything but the Electron that is pinned: an old one has known holes.
 * @param {{ version: string, pinned: string, configured: string }} versions of the runtime at hand, in package.json, in electron-builder.yml
 * @throws {SetupFailure}
 */
export function checkRuntime({ version, pinned, configured }) {
  if (configured !== pinned)
    throw new SetupFailure(
      `electron-builder.yml names Electron ${configured}, package.json ${pinned}.`,
      'Write the same version into both.',
    );
  if (version !== pinned)
    throw new SetupFailure(
      `Only Electron ${pinned} is packaged, and the one at hand is ${version}.`,
      'Unset ELECTRON_OVERRIDE_DIST_PATH, or name an unpacked Electron of that version with it.',
    );
}

/** @param {string} checkout @returns {{ pinned: string, configured: string }} */
function wantedVersions(checkout) {
  const { devDependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const config = readFileSync(join(checkout, 'electron-builder.yml'), 'utf8');
  return { pinned: devDependencies.electron, configured: /^electronVersion: (\S+)$/m.exec(config)?.[1] ?? 'none' };
}

/**
 * electron-builder.yml for the stand-in: another name, the runtime at hand, no fuse that it does not have, and the one that
 * Playwright needs left on.
 * @param {string} config text of electron-builder.yml
 * @param {import('./electron.mjs').ElectronRuntime} runtime
 */
function standInConfig(config, { folder, version }) {
  return config
    .replace(/^appId: .*$/m, 'appId: org.residua.StandIn')
    .replace(/^productName: .*$/m, `productName: ${standInName}\nextraMetadata:\n  name: ${standInName}`)
    .replace(/^electronVersion: .*$/m, `electronVersion: ${version}\nelectronDist: ${JSON.stringify(folder)}`)
    .replace(/^ {2}executableName: .*$/m, `  executableName: ${standInName}`)
    .replace('enableNodeCliInspectArguments: false', 'enableNodeCliInspectArguments: true')
    .replace(/^ {2}grantFileProtocolExtraPrivileges: .*\n/m, '');
}

/** @param {DistOptions} options @returns {Promise<string>} the folder of the results */
export async function dist({ checkout, output, standIn, dir, built = false }) {
  const runtime = await electronRuntime({ checkout });
  if (!standIn) checkRuntime({ version: runtime.version, ...wantedVersions(checkout) });
  if (!built) await buildParts(checkout, staleParts(checkout));
  const engine = await installEngine({ flavour: await engineFlavour() });
  const addon = join(checkout, 'out', 'engine', 'tfjs_binding.node');
  await compileAddon({ tensorflow: engine.libraries, output: addon });
  // Where electron-builder.yml looks for it.
  stage({ checkout, folder: join(checkout, 'dist', 'staging'), addon, node: applicationNode(checkout) });
  mkdirSync(output, { recursive: true });
  const config = join(output, 'electron-builder.yml');
  const text = readFileSync(join(checkout, 'electron-builder.yml'), 'utf8').replace(
    'output: dist',
    `output: ${JSON.stringify(output)}`,
  );
  writeFileSync(config, standIn ? standInConfig(text, runtime) : text);
  const { build, Platform, Arch } = await import('electron-builder');
  await build({
    projectDir: checkout,
    targets: Platform.LINUX.createTarget(dir || standIn ? 'dir' : null, Arch.x64),
    publish: 'never',
    config,
  });
  return output;
}

async function main() {
  const checkout = checkoutFolder();
  if (!isModernNode(process.version))
    return spawnSync(applicationNode(checkout), process.argv.slice(1), { stdio: 'inherit' }).status ?? 1;
  const { values } = parseArgs({
    options: { 'stand-in': { type: 'boolean' }, dir: { type: 'boolean' }, output: { type: 'string' } },
  });
  if (values['stand-in'] && !values.output)
    throw new SetupFailure('The stand-in is for tests only.', 'Name a temporary folder for it with --output.');
  const output = resolve(values.output ?? join(checkout, 'dist'));
  await dist({ checkout, output, standIn: values['stand-in'] === true, dir: values.dir === true });
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().then(
    (status) => process.exit(status),
    (thrown) => {
      say(
        thrown instanceof SetupFailure
          ? thrown.message
          : thrown instanceof Error
            ? (thrown.stack ?? '')
            : String(thrown),
      );
      process.exit(1);
    },
  );
}
