/** The command line as a program: real processes, the real engine, exit statuses and what goes where. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { begin, run } from './program.ts';

const json = (text: string) => JSON.parse(text) as never;
const eventsOf = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; step?: number; status?: string; run: string });

test('describe prints the numbers of a preset for any input', async (context) => {
  const { status, out, notes } = await run(
    makeWorkplace(context),
    'describe',
    'resnet20',
    '--input',
    '8x8x1',
    '--classes',
    '10',
    '--json',
  );
  const { parameters, depth, input, classes, layers } = json(out) as {
    parameters: number;
    depth: number;
    input: number[];
    classes: number;
    layers: { name: string }[];
  };
  assert.deepStrictEqual(
    [status, notes, parameters, depth, input, classes, layers[0]?.name],
    [0, '', 269_434, 20, [8, 8, 1], 10, 'stem/conv'],
  );
});

test('a network of one’s own is read from a file, and a fault in it is named with its place', async (context) => {
  const place = makeWorkplace(context);
  const presets = json((await run(place, 'presets', '--json')).out) as {
    presets: { name: string; spec: Record<string, unknown> }[];
  };
  const spec = presets.presets.find(({ name }) => name === 'resnet20')?.spec as Record<string, unknown>;
  const [good, bad] = [join(place.cache, 'good.json'), join(place.cache, 'bad.json')];
  writeFileSync(good, JSON.stringify({ ...spec, name: 'mine' }));
  writeFileSync(bad, JSON.stringify({ ...spec, shortcut: 'D' }));
  assert.match(
    (await run(place, 'describe', good)).out,
    /^mine: 0\.27 M parameters, 40\.6 M multiply-adds for an image of 32 × 32 × 3\.\n/,
  );
  const refused = await run(place, 'describe', bad);
  assert.deepStrictEqual(
    [refused.status, /shortcut: /.test(refused.notes), refused.notes.trim().split('\n').length],
    [1, true, 1],
  );
});

test('train says its events as lines of JSON, and the history has the run', async (context) => {
  const place = makeWorkplace(context);
  const { status, out } = await run(
    place,
    'train',
    'resnet20',
    '--data',
    'digits',
    '--steps',
    '12',
    '--seed',
    '3',
    '--json',
  );
  const events = eventsOf(out);
  assert.deepStrictEqual(
    [
      status,
      events[0]?.type,
      events.filter(({ type }) => type === 'step').map(({ step }) => step),
      events.filter(({ type }) => type === 'epoch').length,
      events.at(-1)?.status,
    ],
    [0, 'start', Array.from({ length: 12 }, (_, index) => index + 1), 2, 'finished'],
  );
  const { runs } = json((await run(place, 'runs', '--json')).out) as {
    runs: { id: string; status: string; seed: number }[];
  };
  assert.deepStrictEqual(
    runs.map(({ id, status: state, seed }) => [id, state, seed]),
    [[events[0]?.run, 'finished', 3]],
  );
  const shown = await run(place, 'show', 'latest');
  assert.match(
    shown.out,
    /^resnet20 on Digits: \d+\.\d % on the test split after 1\.09 epochs in [\d.]+ s\. Run [a-z2-7]{10}\.\n/,
  );
});

test('Ctrl+C stops a training after its step with status 130, and every point is in the history', async (context) => {
  const place = makeWorkplace(context);
  let pressed = false;
  const { outcome } = begin(
    place,
    ['train', 'resnet20', '--data', 'digits', '--epochs', '500', '--json'],
    (line, kill) => {
      if (pressed || !line.includes('"step":3,')) return;
      pressed = true;
      kill('SIGINT');
    },
  );
  const { status, out } = await outcome;
  const [events, { runs }] = [
    eventsOf(out),
    json((await run(place, 'runs', '--json')).out) as { runs: { status: string; step: number }[] },
  ];
  const steps = events.filter(({ type }) => type === 'step');
  assert.deepStrictEqual(
    [status, events.at(-1)?.status, runs.map((one) => [one.status, one.step])],
    [130, 'stopped', [['stopped', steps.length]]],
  );
});

test('a killed program leaves an interrupted run with every point that was shown, and no trainer', async (context) => {
  const place = makeWorkplace(context);
  const { outcome } = begin(
    place,
    ['train', 'resnet20', '--data', 'digits', '--epochs', '500', '--json'],
    (line, kill) => {
      if (line.includes('"step":5,')) kill('SIGKILL');
    },
  );
  const events = eventsOf((await outcome).out);
  const { runs } = json((await run(place, 'runs', '--json')).out) as {
    runs: { status: string; step: number; id: string }[];
  };
  const shown = events.filter(({ type }) => type === 'step').length;
  assert.deepStrictEqual([runs[0]?.status, (runs[0]?.step ?? 0) >= shown, shown >= 5], ['interrupted', true, true]);
  // The device is free again: its lock fell with the program.
  const next = await run(place, 'train', 'resnet20', '--data', 'digits', '--steps', '1');
  assert.deepStrictEqual([next.status, /Waiting/.test(next.notes)], [0, false]);
});

test('two trainings on one data folder both finish, one after the other', async (context) => {
  const place = makeWorkplace(context);
  const words = ['train', 'resnet20', '--data', 'digits', '--steps', '3', '--json'];
  const both = await Promise.all([run(place, ...words), run(place, ...words, '--seed', '2')]);
  const { runs } = json((await run(place, 'runs', '--json')).out) as { runs: { status: string }[] };
  assert.deepStrictEqual(
    [both.map(({ status }) => status), runs.map(({ status }) => status)],
    [
      [0, 0],
      ['finished', 'finished'],
    ],
  );
});

const refusals: [string, string[], number, RegExp][] = [
  ['an unknown command', ['trian'], 2, /^residua: there is no command "trian"; did you mean train\?\nUsage: /],
  ['no command', [], 2, /^$/],
  [
    'an unknown option',
    ['train', 'resnet20', '--data', 'digits', '--epoch', '1'],
    2,
    /there is no option --epoch; did you mean --epochs\?\nUsage: residua train /,
  ],
  [
    'an unknown preset',
    ['train', 'resnet21', '--data', 'digits'],
    1,
    /There is no network called "resnet21"\. Did you mean resnet20/,
  ],
  [
    'a missing dataset',
    ['train', 'resnet20', '--data', 'digitz'],
    1,
    /There is no dataset called "digitz"\. Did you mean digits\?/,
  ],
  ['a dataset that was not named', ['train', 'resnet20'], 2, /--data is missing/],
  ['a missing file', ['describe', './no.json'], 1, /there is no such file/],
  ['an unknown run', ['show', 'nothing'], 1, /There is no run "nothing"\./],
  [
    'a network that does not fit',
    ['describe', 'resnet20', '--input', '0x8x1'],
    1,
    /residua: This network cannot be built: /,
  ],
  ['an unknown run to resume', ['resume', 'x'], 1, /There is no run "x"\./],
  [
    'a GPU where there is none',
    ['train', 'resnet20', '--data', 'digits', '--device', 'gpu'],
    1,
    /The engine does not reach a GPU: /,
  ],
];
for (const [what, words, status, said] of refusals)
  test(`${what} is refused in a line with status ${status}`, async (context) => {
    const outcome = await run(makeWorkplace(context), ...words);
    assert.strictEqual(outcome.status, status);
    assert.match(outcome.notes, said);
  });

test('a data folder that cannot be one is said in a line', async (context) => {
  const place = makeWorkplace(context);
  writeFileSync(place.home, 'a file');
  const { status, notes } = await run({ ...place, home: join(place.home, 'data') }, 'runs');
  assert.deepStrictEqual([status, notes.trim().split('\n').length], [1, 1]);
  assert.match(notes, /^residua: Residua may not write to .*\. Choose another folder with --home or RESIDUA_HOME/);
});

test('a database of a newer Residua is left alone', async (context) => {
  const place = makeWorkplace(context);
  await run(place, 'runs');
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(join(place.home, 'residua.sqlite'));
  database.pragma('user_version = 999');
  database.close();
  const { status, notes } = await run(place, 'runs');
  assert.deepStrictEqual([status, /written by a newer Residua \(layout 999; /.test(notes)], [1, true]);
});

test('serve prints an address that opens, and ends with Ctrl+C', async (context) => {
  const place = makeWorkplace(context);
  let answer = 0;
  const { outcome } = begin(place, ['serve', '--json'], (line, kill) => {
    const { address } = JSON.parse(line) as { address: string };
    void fetch(address, { redirect: 'manual' }).then(({ status }) => {
      answer = status;
      kill('SIGINT');
    });
  });
  assert.deepStrictEqual([(await outcome).status, answer], [0, 303]);
});
