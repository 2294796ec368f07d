/** `node src-main/setup/check.mjs FILE [ARGS…]`: sets up what is missing, then runs a longer check of the checkout. */
import { join } from 'node:path';
import { InstallControl } from './engine.mjs';
import { checkoutFolder } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { progressLine } from './progress.mjs';
import { runProgram } from './start.mjs';

const [file = '', ...args] = process.argv.slice(2);
const checkout = checkoutFolder();
const line = progressLine();
const { node } = await prepare(checkout, {
  parts: ['programs'],
  engine: true,
  electron: false,
  control: new InstallControl(),
  line,
}).finally(line.close);
process.exit(await runProgram(node, ['--disable-warning=ExperimentalWarning', join(checkout, file), ...args]));
