/**
 * Composition root of the core process: the shell's child, with channels of frames on file descriptor 3
 * (shared/channel.ts). It ends in order when that pipe ends, so it never outlives the shell.
 */
import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { acceptChannels } from '../shared/channel.ts';
import { streamPort } from '../shared/port.ts';
import { createCore } from './service/core.ts';
import { dataFolder, program } from './service/home.ts';
import { Log } from './service/log.ts';

const { values } = parseArgs({ options: { home: { type: 'string' } }, strict: false });
const home = dataFolder(typeof values.home === 'string' ? values.home : undefined);
const log = new Log(home);

const pathKey = process.env['RESIDUA_PATH_KEY'];
// Nobody whom core starts needs it.
delete process.env['RESIDUA_PATH_KEY'];

// After a bug nothing is known any more: the shell starts a new core, which begins with what is committed.
process.on('uncaughtException', (thrown) => {
  log.write('bug that nobody caught', thrown);
  console.error(thrown);
  process.exit(1);
});

const core = createCore({
  home,
  ...program,
  keepsRuns: true,
  installsEngine: process.env['RESIDUA_ENGINE_SETUP'] === '1',
  // A page names what a person chose by the shell's tokens, never by a path.
  takesPaths: false,
  ...(pathKey === undefined ? {} : { pathKey }),
});
const end = async () => {
  await core.close();
  process.exit(0);
};
const pipe = new Socket({ fd: 3 });
acceptChannels(
  pipe,
  (reading, writing) => core.connect(streamPort(reading, writing)),
  () => void end(),
);
process.on('SIGTERM', () => void end());
