/** Every word of studies is in the catalogue, in both languages; and what is written has no word from outside. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudyDetail } from '../../../src-main/shared/contract.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { planCost } from '../../../src-main/shared/network/cost.ts';
import { judge } from '../../../src-main/shared/study/judge.ts';
import { paceOf, usualRates } from '../../../src-main/shared/study/pace.ts';
import { builtInKinds } from '../../../src-main/shared/study/plan.ts';
import type { BuiltInKind } from '../../../src-main/shared/study/plan.ts';
import { documentOf } from '../../../src-main/shared/study/report/document.ts';
import type { Piece } from '../../../src-main/shared/study/report/document.ts';
import { extentOf, fullExtent, scaleStudy } from '../../../src-main/shared/study/scale.ts';
import type { StudyData } from '../../../src-main/shared/study/scale.ts';
import { catalogues, speak } from '../../../src-main/shared/study/words/words.ts';

/** Every text of a catalogue by its path; functions are called with marks for their arguments. */
function texts(words: unknown, path = ''): [string, string][] {
  if (typeof words === 'string') return [[path, words]];
  if (typeof words === 'function') {
    const full = { layers: '9', width: '9', epochs: '9', images: '9' };
    return [[path, String((words as (...given: unknown[]) => unknown)('1', '2', '3', '4', full))]];
  }
  return Object.entries(words as object).flatMap(([key, value]) => texts(value, path ? `${path}.${key}` : key));
}

const latin = /[A-Za-z]{2,}/;
/** Letters that stand for themselves in Chinese, too. */
const names = /±|\b[atcL]\b/g;

test('both languages have the same keys, and Chinese has no English words', () => {
  const [english, chinese] = [texts(catalogues.en), texts(catalogues.zh)];
  assert.deepEqual(
    chinese.map(([path]) => path),
    english.map(([path]) => path),
  );
  const untranslated = chinese.filter(
    ([path, text]) => !path.endsWith('.command') && (text === '' || latin.test(text.replaceAll(names, ''))),
  );
  assert.deepEqual(untranslated, []);
});

const data = {
  image: { height: 8, width: 8, channels: 1 },
  classes: Array.from({ length: 10 }, (_, at) => String(at)),
  splits: [
    { name: 'train', images: 1438 },
    { name: 'test', images: 359 },
  ],
} as unknown as StudyData;

function exampleOf(kind: BuiltInKind): StudyDetail {
  const { plan, seeds } = scaleStudy(kind, data, 600, paceOf(usualRates));
  const { arms } = plan;
  const none = new Float64Array(0);
  const curve = { x: Float64Array.of(1, 2), mean: Float64Array.of(0.5, 0.7), margin: Float64Array.of(0.1, NaN) };
  return {
    study: {
      id: 'study-1',
      name: kind,
      kind,
      data: 'digits',
      dataName: 'digits',
      seeds,
      state: 'over',
      progress: 1,
      secondsLeft: null,
      finding: 'undecided',
      createdAtMs: 0,
    },
    plan,
    dataset: null,
    arms: arms.map(({ name, spec }) => ({
      name,
      runs: [],
      finished: seeds,
      parameters: planCost(expand(spec)).parameters,
      macs: 1e6,
      expectedMacs: 7e5,
      layers: 20,
      measured: (['accuracy', 'stepSeconds', 'skippedShare'] as const).map((measure) => ({
        measure,
        samples: [{ seed: 1, value: 0.7 }],
        mean: 0.7,
        margin: 0.01,
      })),
      curve: { ...curve, seconds: Float64Array.of(1, 2), macs: Float64Array.of(1e9, 2e9) },
      probes: [
        { kind: 'removal', ...curve },
        { kind: 'depth', x: none, mean: none, margin: none },
      ],
    })),
    parts: [
      ...judge(plan.claims, () => [
        { seed: 1, value: 0.7 },
        { seed: 2, value: 0.8 },
      ]).parts,
    ],
    moreSeeds: 7,
    moreSeconds: 4000,
    grown: 1,
    extent: extentOf(plan, data),
    fullExtent: fullExtent(kind, data),
    provenance: { version: '1', commit: '2', node: '3', system: '4', engine: '5', device: '6', data: '7' },
    problems: [],
  };
}

/** What people read of a piece; code, formulas and citations are the same in every language. */
function readable(piece: Piece): string[] {
  switch (piece.kind) {
    case 'table':
      return [...piece.head.map(({ text }) => text), ...piece.rows.flat()];
    case 'picture':
      return [piece.title, ...[...piece.svg.matchAll(/>([^<>]+)<\/text>/g)].map((found) => found[1]!)];
    case 'code':
      return [piece.title];
    case 'formula':
      return [];
    default:
      return [piece.text];
  }
}

test('a report in Chinese has no English word but names of networks, data and papers', () => {
  for (const kind of builtInKinds) {
    const detail = exampleOf(kind);
    const { title, pieces } = documentOf(detail, speak('zh'), 0);
    // The longest first: some names begin with others.
    const own = [...detail.arms.map(({ name }) => name), 'digits'].sort((a, b) => b.length - a.length);
    const citations = /(ResNe[tX]t?|WRN|CIFAR|ImageNet)[-\w()., =×]*|[A-Z]\w+( et al\.|, [A-Z]\w+) \d{4}/g;
    const foreign = [title, ...pieces.flatMap(readable)].flatMap((text) => {
      const left = own.reduce((rest, name) => rest.replaceAll(name, ''), text).replaceAll(citations, '');
      return latin.test(left.replaceAll(names, '')) ? [left] : [];
    });
    assert.deepEqual(foreign, [], kind);
  }
});
