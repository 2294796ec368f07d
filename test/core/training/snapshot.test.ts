import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Graph } from '../../../src-main/core/graph/graph.ts';
import * as op from '../../../src-main/core/graph/operations/index.ts';
import { Session } from '../../../src-main/core/graph/session.ts';
import { VariableSet } from '../../../src-main/core/network/variables.ts';
import { snapshot } from '../../../src-main/core/training/snapshot.ts';
import { engine, scratch } from '../network/engine.ts';
import { spread } from '../network/values.ts';
import { smallSpec } from '../network/specs.ts';
import { Rig } from './rig.ts';

function chunked(chunkValues: number, sizes: readonly number[]) {
  const graph = new Graph();
  const variables = new VariableSet(graph);
  const beginning = { kind: 'constant', value: 0 } as const;
  sizes.forEach((size, at) =>
    graph.scope(`variable${at}`, () => variables.declare(`variable${at}`, [size], 'weights', beginning)),
  );
  const { chunks } = snapshot(graph, variables, [], chunkValues);
  const session = new Session(engine.binding, graph, scratch);
  return { chunks, session };
}

test('restored variables have no part in the array that they came from, wherever it lies in memory', () => {
  const count = 4099;
  const { chunks, session } = chunked(1 << 20, [count]);
  const [chunk] = chunks;
  assert.ok(chunk && chunks.length === 1);
  const values = spread('restored', count, 1);
  // One of these offsets lies at a multiple of 64 bytes, where the engine uses the array itself as a feed.
  const room = new ArrayBuffer(values.byteLength + 64);
  for (let offset = 0; offset < 64; offset += 4) {
    const given = new Float32Array(room, offset, count);
    given.set(values);
    session.run(new Map([[chunk.restore, new Int32Array(room, offset, count)]]), [chunk.restored]);
    given.fill(7);
    const [kept] = session.run(new Map(), [chunk.saved]) as [Float32Array];
    assert.deepEqual(kept, values, `at an offset of ${offset} bytes`);
    kept.fill(9);
    assert.deepEqual(session.run(new Map(), [chunk.saved])[0], values, `read at an offset of ${offset} bytes`);
  }
  session.close();
});

test('variables are packed in order into chunks that do not exceed their size, a larger one by itself', () => {
  const { chunks, session } = chunked(10, [4, 6, 1, 9, 30, 2]);
  assert.deepEqual(
    chunks.map(({ values, variables }) => [values, variables.map(({ name }) => name)]),
    [
      [10, ['variable0', 'variable1']],
      [10, ['variable2', 'variable3']],
      [30, ['variable4']],
      [2, ['variable5']],
    ],
  );
  const given = chunks.map(({ values }, at) => spread(`chunk${at}`, values, 1));
  chunks.forEach(({ restore, restored }, at) => {
    const values = given[at] as Float32Array;
    session.run(new Map([[restore, new Int32Array(values.slice().buffer)]]), [restored]);
  });
  const kept = chunks.map(({ saved }) => session.run(new Map(), [saved])[0]);
  session.close();
  assert.deepEqual(kept, given);
});

test('a restored network goes on training as if nothing had happened, and its source may be reused', () => {
  const rig = new Rig(smallSpec);
  rig.assign();
  rig.step(1);
  const saved = rig.session.save();
  const hash = rig.session.hash();
  const ahead = [2, 3].map((step) => rig.step(step).loss);
  const end = rig.session.hash();
  rig.session.restore(saved);
  for (const chunk of saved) chunk.fill(NaN);
  assert.equal(rig.session.hash(), hash);
  assert.deepEqual(
    [2, 3].map((step) => rig.step(step).loss),
    ahead,
  );
  assert.equal(rig.session.hash(), end);
  rig.close();
});

test('values that are not a bit pattern of a usual number come back as they were', () => {
  const { chunks, session } = chunked(16, [5]);
  const [chunk] = chunks;
  const bits = Int32Array.of(0x7fc12345, -0x80000000, 1, 0x7f800000, -1);
  assert.ok(chunk);
  session.run(new Map([[chunk.restore, bits.slice()]]), [chunk.restored]);
  const [kept] = session.run(new Map(), [chunk.saved]) as [Float32Array];
  session.close();
  assert.deepEqual(new Int32Array(kept.buffer, kept.byteOffset, 5), bits);
});

test('a feed of another size is refused before the engine sees it', () => {
  const { chunks, session } = chunked(16, [5]);
  const [chunk] = chunks;
  assert.ok(chunk);
  assert.throws(() => session.run(new Map([[chunk.restore, new Int32Array(4)]]), [chunk.restored]), {
    name: 'ShapeError',
    message: /restore_0: int32 \[5\] was fed 4 values/,
  });
  session.close();
});

test('a value written to a variable is read back by a later run', () => {
  const graph = new Graph();
  const variable = op.declareVariable(graph, 'count', 'float32', [2]);
  const feed = graph.placeholder('feed', 'float32', [2]);
  const written = op.done(graph, 'written', [op.assign(graph, variable, op.copy(graph, feed))]);
  const value = op.read(graph, variable);
  const session = new Session(engine.binding, graph, scratch);
  session.run(new Map([[feed, Float32Array.of(1.5, -2)]]), [written]);
  assert.deepEqual(session.run(new Map(), [value]), [Float32Array.of(1.5, -2)]);
  session.close();
});
