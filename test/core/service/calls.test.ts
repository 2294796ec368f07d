/** Whatever arrives at core's port is answered by contract or closes that port; nothing crashes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { serve } from '../../../src-main/core/service/answer.ts';
import type { Handlers } from '../../../src-main/core/service/answer.ts';
import { createCore } from '../../../src-main/core/service/core.ts';
import { Log } from '../../../src-main/core/service/log.ts';
import { Publisher } from '../../../src-main/core/service/publish.ts';
import { contract } from '../../../src-main/shared/contract.ts';
import type { Answer, CallName } from '../../../src-main/shared/contract.ts';
import { failures } from '../../../src-main/shared/failure/catalogue.ts';
import { FrameError } from '../../../src-main/shared/frame.ts';
import { Client, portPair } from '../../../src-main/shared/port.ts';
import { safeParse } from '../../../src-main/shared/schema.ts';
import { Desk, makeWorkplace } from './fixtures/workplace.ts';
import { tell } from '../../../src-main/shared/told.ts';

/** Calls that reach out of the test's folders or start long work: their inputs are refused before they act. */
const acting = new Set<string>([
  'engine.install',
  'engine.remove',
  'engine.cancel',
  'engine.pause',
  'engine.status',
  'device.calibration',
  'device.calibrate',
  'app.status',
  'diagnostics.preview',
]);

test('calls that are not in the contract are refused, inherited names included', async (context) => {
  const { client } = new Desk(context, makeWorkplace(context));
  for (const name of ['toString', '__proto__', 'constructor', 'run.starts', ''])
    await assert.rejects(client.call(name as CallName, {} as never), {
      failure: { code: 'call.invalid', details: { call: name, problem: tell('there is no such call') } },
    });
});

test('an input that is not by contract is refused with the place of its fault', async (context) => {
  const { client } = new Desk(context, makeWorkplace(context));
  await assert.rejects(
    client.call('run.show', { run: 3 } as never),
    /run: Invalid type: Expected string but received 3/,
  );
});

test('expected failures keep their code and details across the port', async (context) => {
  const { client } = new Desk(context, makeWorkplace(context));
  const start = (network: string, data: string) =>
    client.call('run.start', { network, data, recipe: {}, device: 'cpu', seeds: 1 }).then(
      () => null,
      (thrown: { failure: unknown }) => thrown.failure,
    );
  assert.deepStrictEqual(
    [await start('resnet20', 'digitz'), (await client.call('run.list', {})).length],
    [{ code: 'data.unknown', details: { name: 'digitz', near: 'digits' } }, 0],
  );
});

test('a split that a dataset does not have is refused', async (context) => {
  const { client } = new Desk(context, makeWorkplace(context));
  const problem = tell('{data} has no split "{split}"', { data: 'digits', split: 'nowhere' });
  await assert.rejects(client.call('data.images', { data: 'digits', split: 'nowhere', from: 0, count: 1 }), {
    failure: { code: 'call.invalid', details: { call: 'data.images', problem } },
  });
});

test('a bug is told as a bug, and its stack is in the log', async (context) => {
  const { home } = makeWorkplace(context);
  const [near, far] = portPair();
  const log = new Log(home);
  const handlers = { 'run.list': () => outOfOrder() } as Partial<Handlers> as Handlers;
  const outOfOrder = (): never => {
    throw new TypeError('out of order');
  };
  serve(far, handlers, new Publisher(), log);
  await assert.rejects(new Client(near).call('run.list', {}), {
    failure: { code: 'bug', details: { message: 'out of order' } },
  });
  assert.match(readFileSync(log.path, 'utf8'), /bug in run.list\nTypeError: out of order\n {4}at outOfOrder/);
});

test('10,000 fuzzed messages are answered by contract or close their port', async (context) => {
  const place = makeWorkplace(context);
  const core = createCore({ ...place, version: '0', commit: '0' });
  context.after(() => core.close());
  const name = fc.oneof(
    fc.constantFrom(...Object.keys(contract)).filter((call) => !acting.has(call)),
    fc.string(),
  );
  const input = fc.oneof(
    fc.record(
      {
        run: fc.string(),
        data: fc.constantFrom('digits', 'x', ''),
        network: fc.constantFrom('resnet20', ''),
        now: fc.boolean(),
        name: fc.string(),
        split: fc.constantFrom('train', 'x'),
        from: fc.integer(),
        count: fc.integer(),
      },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  );
  const message = fc.oneof(
    fc.record({
      kind: fc.constantFrom('call', 'watch', 'unwatch'),
      id: fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })),
      name,
      input,
    }),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 10, maxLength: 10 }), async (messages) => {
      for (const sent of messages) {
        const [near, far] = portPair();
        core.connect(far);
        const answered = new Promise<Answer | null>((resolve) => {
          near.onMessage((answer) => resolve(answer as Answer));
          near.onClose(() => resolve(null));
        });
        try {
          near.send(sent);
        } catch (thrown) {
          // What cannot be a frame cannot be sent; frame.test.ts has the other side of it.
          if (thrown instanceof FrameError) continue;
          throw thrown;
        }
        const answer = await answered;
        near.close();
        if (answer === null) continue;
        assert.strictEqual(answer.kind, 'reply');
        if (!answer.ok) {
          assert.ok(
            Object.hasOwn(failures, answer.failure.code) && answer.failure.code !== 'bug',
            JSON.stringify(answer),
          );
          continue;
        }
        const { kind, name: called } = sent as { kind: string; name: CallName };
        if (kind === 'call') assert.ok(safeParse(contract[called].output, answer.value).success);
      }
    }),
    { numRuns: 1000 },
  );
});

test('the log keeps what was refused', async (context) => {
  const place = makeWorkplace(context);
  const core = createCore({ ...place, version: '0', commit: '0' });
  context.after(() => core.close());
  const [near, far] = portPair();
  core.connect(far);
  const closed = new Promise((resolve) => near.onClose(resolve));
  near.send({ kind: 'shout' });
  await closed;
  assert.match(readFileSync(join(place.home, 'logs', 'core.log'), 'utf8'), /refused a message/);
});
