/** A chart as table, CSV and SVG: the same points in all of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowingPoints } from '../../../src-renderer/charts/points.ts';
import { csvOf, densest, extentOf, pointsAt, tableOf } from '../../../src-renderer/charts/series.ts';
import type { ChartModel, Line, LineKind } from '../../../src-renderer/charts/series.ts';
import { svgOf } from '../../../src-renderer/charts/svg.ts';
import { ticksBetween } from '../../../src-renderer/charts/ticks.ts';

function line(label: string, kind: LineKind, xs: number[], ys: number[]): Line {
  const points = new GrowingPoints();
  points.append(xs, ys);
  return { key: label, label, kind, colour: '--run-1', marker: 'circle', points };
}

const model: ChartModel = {
  title: 'Loss <a & b>',
  xLabel: 'step',
  format: String,
  lines: [line('train, each step', 'faint', [1, 2, 3], [2, NaN, 1]), line('test', 'test', [3], [1.5])],
};

test('the table has a row for each step of any line', () => {
  assert.deepEqual(tableOf(model.lines), [
    { x: 1, values: [2, null] },
    { x: 2, values: [null, null] },
    { x: 3, values: [1, 1.5] },
  ]);
});

test('the CSV quotes what needs it and leaves gaps empty', () => {
  assert.equal(csvOf(model), 'step,"train, each step",test\r\n1,2,\r\n2,,\r\n3,1,1.5\r\n');
});

test('the extent passes over what is not a number, and is none without a point', () => {
  assert.deepEqual(extentOf(model), { x: [1, 3], y: [1, 2] });
  assert.equal(extentOf({ ...model, lines: [line('empty', 'test', [], [])] }), null);
});

test('pointing finds the nearest point of each line', () => {
  const [first] = model.lines;
  assert.deepEqual(pointsAt(model.lines, 1.2), [
    { x: 1, y: 2 },
    { x: 3, y: 1.5 },
  ]);
  assert.deepEqual(pointsAt([line('empty', 'test', [], [])], 1), [null]);
  assert.equal(densest(model.lines), first);
});

test('the SVG is text and paths, with the title escaped, a dash for training and a gap where a value is missing', () => {
  const svg = svgOf({ ...model, lines: [...model.lines, line('train', 'train', [1, 3], [1, 1])] }, () => '#123456');
  assert.match(svg, /^<svg xmlns=/);
  assert.doesNotMatch(svg, /var\(|<image|<foreignObject|style=/);
  assert.match(svg, /Loss &lt;a &amp; b&gt;/);
  assert.equal(svg.match(/stroke-dasharray="5 4"/g)?.length, 2, 'the line and its entry in the legend');
  const [faint] = [...svg.matchAll(/<path d="([^"]+)" fill="none"/g)].map(([, path]) => path as string);
  assert.equal(faint?.match(/M/g)?.length, 2, 'lifted over the gap');
});

test('ticks are round and lie between the ends', () => {
  assert.deepEqual(ticksBetween(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticksBetween(0, 165, 8), [0, 25, 50, 75, 100, 125, 150]);
  assert.deepEqual(ticksBetween(3, 3, 4), [3]);
});
