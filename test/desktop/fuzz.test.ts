/**
 * Messages nobody should send, to core through the window's own port and to the shell: each is refused or answered as the
 * contract says, and nothing crashes. `RESIDUA_FUZZ_SEED` repeats a run of it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type {} from '../../src-main/shared/desktop.ts';
import { contract } from '../../src-main/shared/contract.ts';
import type { CallName } from '../../src-main/shared/contract.ts';
import { failures } from '../../src-main/shared/failure/catalogue.ts';
import { decodeFrame, encodeFrame } from '../../src-main/shared/frame.ts';
import { safeParse } from '../../src-main/shared/schema.ts';
import { ask, exchange } from './asking.ts';
import { running } from './processes.ts';
import { limited, openApp } from './window.ts';
import type { Opened } from './window.ts';

const seed = Number(process.env['RESIDUA_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const counts = { calls: 6000, broken: 1500, envelopes: 500, wishes: 2000 };
const nothingThere = mkdtempSync(join(tmpdir(), 'residua-nothing-'));
let opened: Opened;
let core = 0;

before(async () => {
  // An engine that a message removes or installs must be nobody's: a cache of its own, and no pip to be found.
  opened = await openApp({ environment: { RESIDUA_CACHE: join(nothingThere, 'cache'), PATH: nothingThere } });
  await ask(opened.page, 'app.status', {});
  core = coresOf(opened)[0] ?? 0;
}, limited);
after(() => opened?.[Symbol.asyncDispose](), limited);

const coresOf = ({ app }: Opened) => running(app.process().pid ?? 0, 'core.mjs');
const at = (what: unknown) => `seed ${seed}: ${JSON.stringify(what)?.slice(0, 2000)}`;

/** Names that the contract's inputs have, and words that mean something somewhere. */
const words = fc.constantFrom(
  ...['run', 'runs', 'data', 'network', 'recipe', 'series', 'seeds', 'device', 'points', 'name', 'import', 'files'],
  ...['digits', 'resnet20', 'step/loss', 'auto', 'cpu', '../../etc/passwd', 'toString', '', '\0'],
);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    words,
    fc.string({ maxLength: 20 }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(words, tie('any'), { maxKeys: 6, noNullPrototype: true }),
    fc.uint8Array({ maxLength: 16 }),
  ),
})).any;
const names = fc.oneof(
  { arbitrary: fc.constantFrom(...(Object.keys(contract) as CallName[])), weight: 9 },
  { arbitrary: fc.constantFrom('', 'toString', '__proto__', 'run', 'run.'), weight: 1 },
);
const inputs = fc.oneof({ arbitrary: fc.dictionary(words, value, { noNullPrototype: true }), weight: 3 }, value);
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => fc.sample(arbitrary, { seed, numRuns: count });

/** Sends frames on one connection and gathers as many answers. */
const exchangeAll = async (frames: readonly Uint8Array[]): Promise<unknown[]> => {
  const answers = await opened.page.evaluate(
    ([all, patienceMs]) =>
      new Promise<string[] | string>((resolve) => {
        const found: string[] = [];
        // Text of one character a byte: Playwright takes its time with arrays of numbers.
        const textOf = (bytes: Uint8Array) => {
          let text = '';
          for (const byte of bytes) text += String.fromCharCode(byte);
          return text;
        };
        const pipe = window.residua?.connect(
          (answer) => {
            if (found.push(textOf(answer)) < all.length) return;
            resolve(found);
            pipe?.close();
          },
          (reason) => resolve(reason),
        );
        setTimeout(() => resolve(`${found.length} of ${all.length} answers came`), patienceMs);
        for (const frame of all) pipe?.send(new Uint8Array(frame));
      }),
    [frames.map((frame) => [...frame]), 60_000] as const,
  );
  assert.ok(Array.isArray(answers), at(answers));
  return answers.map((answer) => decodeFrame(Buffer.from(answer, 'latin1')));
};

test('every call is answered by the contract, whatever is asked', limited, async () => {
  const asked = sample(fc.record({ name: names, input: inputs }), counts.calls);
  const atOnce = 500;
  let refused = 0;
  for (let from = 0; from < asked.length; from += atOnce) {
    const part = asked.slice(from, from + atOnce);
    const answers = await exchangeAll(part.map((call, id) => encodeFrame({ kind: 'call', id, ...call })));
    const seen = new Set<number>();
    for (const answer of answers as { id: number; ok: boolean; value?: unknown; failure?: { code: string } }[]) {
      const call = part[answer.id];
      assert.ok(call && !seen.has(answer.id), at(answer));
      seen.add(answer.id);
      if (answer.ok) {
        const parsed = safeParse(contract[call.name as CallName].output, answer.value);
        assert.ok(parsed.success, at([call, answer]));
      } else {
        refused++;
        // A code of the catalogue: "bug" would be one that nobody expected.
        assert.ok(Object.hasOwn(failures, answer.failure?.code ?? ''), at([call, answer]));
        assert.notEqual(answer.failure?.code, 'bug', at([call, answer]));
      }
    }
  }
  assert.ok(refused > counts.calls / 10 && refused < counts.calls, `${refused} were refused`);
});

test('frames that are none close their own connection only', limited, async () => {
  const good = encodeFrame({ kind: 'call', id: 1, name: 'run.list', input: {} });
  const broken = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((flips) => flips.reduce((bytes, [place, byte]) => bytes.with(place, byte), new Uint8Array(good))),
    fc.nat(good.length - 1).map((length) => new Uint8Array(good).slice(0, length)),
  );
  const outcomes = await opened.page.evaluate(
    async ([frames, last]) => {
      const send = (frame: number[]) =>
        new Promise<string>((resolve) => {
          const over = (outcome: string) => {
            resolve(outcome);
            pipe?.close();
          };
          const pipe = window.residua?.connect(() => over('answered'), over);
          pipe?.send(new Uint8Array(frame));
          // A frame that promises more than it brings waits for the rest: this is the rest.
          pipe?.send(new Uint8Array(last));
          setTimeout(() => over('silent'), 200);
        });
      const found: string[] = [];
      const lane = async () => {
        for (let frame = frames.pop(); frame; frame = frames.pop()) found.push(await send(frame));
      };
      await Promise.all(Array.from({ length: 6 }, lane));
      return found;
    },
    [sample(broken, counts.broken).map((frame) => [...frame]), [...good]] as const,
  );
  assert.deepEqual(
    outcomes.filter((outcome) => !['answered', 'coreDied', 'closed', 'silent'].includes(outcome)),
    [],
  );
  assert.ok(outcomes.filter((outcome) => outcome !== 'answered').length > counts.broken / 3, at(outcomes));
});

test('messages that are no request close their own connection only', limited, async () => {
  for (const message of sample(
    value.filter((any) => (any as { kind?: string } | null)?.kind === undefined),
    counts.envelopes,
  )) {
    const outcome = await exchange(opened.page, encodeFrame(message));
    assert.deepEqual(Object.keys(outcome), ['closed'], at([message, outcome]));
  }
});

test('the shell refuses what no wish of the page looks like', limited, async () => {
  const channels = [
    ...['chooseFiles', 'pathToken', 'setProgress', 'setTheme', 'saveDiagnostics', 'saveFile', 'openRunFolder'],
    ...['openSaved', 'dataFolder', 'chooseDataFolder', 'useUsualDataFolder', 'openLink', 'state'],
    ...['lookForDataFolder', 'makeDataFolder'],
  ];
  const fields = fc.constantFrom(
    ...['title', 'kind', 'several', 'path', 'fraction', 'theme', 'files', 'name', 'bytes', 'link', 'run', 'id'],
  );
  const known = fc.oneof(value, fc.constantFrom('files', 'folder', 'dark', 'diagnostics.txt', 0.5, true));
  const wishes = sample(
    fc.record({ channel: fc.constantFrom(...channels), input: fc.oneof(value, fc.dictionary(fields, known)) }),
    counts.wishes,
  );
  const inText = (_key: string, any: unknown) => (any instanceof Uint8Array ? { bytesOf: [...any] } : any);
  const answers = await opened.app.evaluate(
    async ({ BrowserWindow, dialog, ipcMain, shell }, text) => {
      const bytesOf = (_key: string, any: { bytesOf?: number[] } | null) =>
        any?.bytesOf ? new Uint8Array(any.bytesOf) : any;
      const all = JSON.parse(text, bytesOf) as { channel: string; input: unknown }[];
      const { _invokeHandlers: handlers } = ipcMain as unknown as {
        _invokeHandlers: Map<string, (event: unknown, input: unknown) => Promise<unknown>>;
      };
      const reached: string[] = [];
      Object.assign(dialog, {
        showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
        showSaveDialog: async () => ({ canceled: true }),
      });
      shell.openPath = async () => '';
      shell.openExternal = async (url) => void reached.push(url);
      const sender = BrowserWindow.getAllWindows()[0]?.webContents;
      const senderFrame = { url: 'app://residua/index.html', parent: null };
      const found: unknown[] = [];
      for (const { channel, input } of all) {
        const reply = { value: undefined as unknown };
        const take = (value: unknown) => (reply.value = value);
        const event = { sender, senderFrame, _reply: take, _throw: take, reply: take };
        const returned = await handlers.get(`residua:${channel}`)?.(event, input);
        found.push(returned ?? reply.value);
      }
      return { found, reached };
    },
    JSON.stringify(wishes, inText),
  );
  answers.found.forEach((answer, index) => {
    const { ok, failure } = ((answer as { result?: object }).result ?? answer) as {
      ok: boolean;
      failure?: { code: string };
    };
    assert.ok(
      ok || (failure && failure.code !== 'bug' && Object.hasOwn(failures, failure.code)),
      at([wishes[index], answer]),
    );
  });
  assert.deepEqual(answers.reached, []);
});

test('after all that the same core answers, and the window shows it', limited, async () => {
  assert.deepEqual(coresOf(opened), [core]);
  const { home } = await ask(opened.page, 'app.status', {});
  assert.equal(home, opened.home);
  await opened.page.getByRole('link', { name: 'Engine' }).first().click();
  await opened.page.getByRole('heading', { name: 'Engine', level: 1 }).waitFor();
  assert.equal(await opened.page.getByText("The connection to Residua's core was lost.").count(), 0);
});
