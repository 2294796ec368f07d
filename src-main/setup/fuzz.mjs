/** `npm run fuzz [-- COUNT [FIRST]]`: sets up what is missing, then mutates files of every format and reads them. */
import { join } from 'node:path';
import { InstallControl } from './engine.mjs';
import { checkoutFolder } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { progressLine } from './progress.mjs';
import { runProgram } from './start.mjs';

const checkout = checkoutFolder();
const line = progressLine();
const options = { parts: [], engine: false, electron: false, control: new InstallControl(), line };
const prepared = await prepare(checkout, options).finally(line.close);
const program = join(checkout, 'test', 'long', 'fuzz.ts');
process.exitCode = await runProgram(prepared.node, [
  '--disable-warning=ExperimentalWarning',
  program,
  ...process.argv.slice(2),
]);
