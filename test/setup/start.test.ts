import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'node:test';
import { readArguments } from '../../src-main/setup/start.mjs';

const startModule = new URL('../../src-main/setup/start.mjs', import.meta.url);
const run = promisify(execFile);

/** A process that runs a program as `npm start` does. The program's source must not hold single quotes. */
function started(program: string) {
  const script = `import(${JSON.stringify(startModule.href)}).then(({ runProgram }) => runProgram(process.execPath, ['-e', ${JSON.stringify(program)}])).then((status) => process.exit(status))`;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('arguments and display decide between window, served page and command', () => {
  const read = (args: string[], environment = {}) => {
    const { window, command, engine } = readArguments(args, environment);
    return [window ? 'window' : 'command', engine ? 'engine' : 'no engine', ...command].join(' ');
  };
  assert.deepEqual(
    [
      read([], { DISPLAY: ':0' }),
      read([], { WAYLAND_DISPLAY: 'wayland-0' }),
      read([]),
      read(['--window']),
      read(['--serve', '--port', '9'], { DISPLAY: ':0' }),
      read(['presets', '--json'], { DISPLAY: ':0' }),
      read(['train', 'resnet20', '--data', 'digits']),
      read(['train', '--help']),
    ],
    [
      'window no engine',
      'window no engine',
      'command no engine serve',
      'window no engine',
      'command no engine serve --port 9',
      'command no engine presets --json',
      'command engine train resnet20 --data digits',
      'command no engine train --help',
    ],
  );
});

test('the exit status of the program is ours', async () => {
  const [status] = await once(started('process.exit(7)'), 'exit');
  assert.equal(status, 7);
});

test('an interrupt that terminal and npm send thrice reaches the program once', async () => {
  const child = started(
    'let times = 0; process.on("SIGINT", () => { times++; setTimeout(() => process.exit(40 + times), 50); }); console.log("ready"); setInterval(() => {}, 1e6)',
  );
  await once(child.stdout, 'data');
  for (let time = 0; time < 3; time++) child.kill('SIGINT');
  const [status] = await once(child, 'exit');
  assert.equal(status, 41);
});

test('a program ended by the signal gives the status that shells give', async () => {
  const child = started('console.log("ready"); setInterval(() => {}, 1e6)');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [status] = await once(child, 'exit');
  assert.equal(status, 130);
});

test('the program ends where the set-up process is killed', { skip: process.platform !== 'linux' }, async () => {
  const child = started('console.log("ready"); setInterval(() => {}, 1e6)');
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  // Its output closes only when the program, which inherited it, is gone as well.
  await once(child.stdout, 'close');
  assert.deepEqual(await exited, [null, 'SIGKILL']);
});

test('standard output belongs to the command, from any folder', async () => {
  const { stdout } = await run(process.execPath, [fileURLToPath(startModule), 'presets', '--json'], { cwd: '/' });
  assert.match(JSON.stringify(JSON.parse(stdout)), /"name":"resnet20"/);
});

test('wrong usage ends with status 2', async () => {
  await assert.rejects(run(process.execPath, [fileURLToPath(startModule), 'train', '--no-such-flag', '--help']), {
    code: 2,
  });
});
