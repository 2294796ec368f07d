/** The judge: how often it errs where arms do not differ, and finds what is there (test/reference/study.py made the powers). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { judge } from '../../../src-main/shared/study/judge.ts';
import type { Finding } from '../../../src-main/shared/study/judge.ts';
import type { Claim, Side } from '../../../src-main/shared/study/plan.ts';
import type { Sample } from '../../../src-main/shared/run/verdict.ts';

interface Case {
  readonly method: 'paired' | 'welch';
  readonly seeds: number;
  readonly effect: number;
  readonly shared: number;
  readonly power: number;
}
const cases = JSON.parse(readFileSync(new URL('../../reference/study.json', import.meta.url), 'utf8')) as Case[];

/** Normal numbers of one sequence for all tests: Box and Muller over mulberry32. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 + 1e-12;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const claimOf = (says: Claim['says'], first: string, second: string, margin = 0): Claim => ({
  says,
  first: { arm: first, measure: 'accuracy' },
  second: { arm: second, measure: 'accuracy' },
  margin,
});
const values =
  (samples: Readonly<Record<string, readonly number[]>>, firstSeed: Readonly<Record<string, number>> = {}) =>
  ({ arm }: Side): Sample[] =>
    (samples[arm] ?? []).map((value, at) => ({ seed: (firstSeed[arm] ?? 1) + at, value }));

const studies = 200;
/** Three standard deviations of a share seen in so many studies. */
const samplingError = (share: number) => 3 * Math.sqrt((share * (1 - share)) / studies);

test('with arms that do not differ at most one study in twenty says anything, however many arms it has', () => {
  const next = normals(11);
  for (const [arms, seeds] of [
    [2, 3],
    [2, 6],
    [4, 5],
    [6, 3],
  ] as const) {
    const names = Array.from({ length: arms }, (_, arm) => `arm${arm}`);
    const claims = names.slice(1).map((name) => claimOf('higher', names[0]!, name));
    const said = Array.from({ length: studies }, () => {
      const samples = Object.fromEntries(
        names.map((name) => [name, Array.from({ length: seeds }, () => 0.9 + 0.01 * next())]),
      );
      return judge(claims, values(samples)).finding;
    });
    const wrong = said.filter((finding) => finding !== 'undecided').length / studies;
    assert.ok(wrong <= 0.05 + samplingError(0.05), `${arms} arms, ${seeds} seeds: ${wrong}`);
  }
});

test('a study of equal arms that grows until it says something does so in at most one case in ten', () => {
  const next = normals(7);
  const [first, most] = [3, 8];
  const said = Array.from({ length: studies }, () => {
    const draw = () => 0.9 + 0.01 * next();
    const samples = { a: Array.from({ length: first }, draw), b: Array.from({ length: first }, draw) };
    for (let looks = 0; looks < most; looks += 1) {
      if (judge([claimOf('higher', 'a', 'b')], values(samples), looks).finding !== 'undecided') return true;
      samples.a.push(draw(), draw());
      samples.b.push(draw(), draw());
    }
    return false;
  });
  assert.ok(said.filter(Boolean).length / studies <= 0.1 + samplingError(0.1));
});

test('an arm worse by exactly the margin is said to lose nothing in at most one study in forty', () => {
  const next = normals(5);
  const said = Array.from({ length: studies }, () => {
    const draw = (mean: number) => Array.from({ length: 5 }, () => mean + 0.01 * next());
    return judge([claimOf('notLower', 'new', 'old', 0.01)], values({ new: draw(0.89), old: draw(0.9) })).finding;
  });
  assert.ok(said.filter((finding) => finding === 'holds').length / studies <= 0.025 + samplingError(0.025));
});

test('an effect is found as often as the power calculation says, from either side', () => {
  const next = normals(3);
  for (const { method, seeds, effect, shared, power } of cases) {
    const found: Finding[] = Array.from({ length: studies }, () => {
      const common = Array.from({ length: seeds }, () => Math.sqrt(shared) * next());
      const draw = (mean: number) =>
        Array.from(
          { length: seeds },
          (_, at) => mean + (method === 'paired' ? common[at]! : 0) + Math.sqrt(1 - shared) * next(),
        );
      const samples = values({ good: draw(effect), bad: draw(0) }, { bad: method === 'paired' ? 1 : 1000 });
      const against = judge([claimOf('higher', 'bad', 'good')], samples).finding;
      const forIt = judge([claimOf('lower', 'bad', 'good')], samples).finding;
      assert.equal(against === 'refuted', forIt === 'holds');
      return forIt;
    });
    const share = found.filter((finding) => finding === 'holds').length / studies;
    assert.ok(
      Math.abs(share - power) <= samplingError(power),
      `${method}, ${seeds} seeds: ${share} instead of ${power}`,
    );
  }
});

test('times are compared as shares, equal means every repetition, and seeds that are missing are counted', () => {
  const times = values({ fast: [7.4, 7.6, 7.5], slow: [10, 10.1, 9.9], one: [1] });
  const faster = (margin: number) => judge([claimOf('faster', 'fast', 'slow', margin)], times);
  const { effect } = faster(0.2).parts[0]!;
  const equal = (margin: number) => judge([claimOf('equal', 'slow', 'fast', margin)], times).finding;
  assert.deepEqual(
    [
      effect!.value.toFixed(3),
      effect!.low < 0.25 && effect!.high > 0.25,
      faster(0.2).finding,
      faster(0.3).finding,
      [equal(2.6), equal(2.5)],
      judge([claimOf('higher', 'one', 'slow')], times).moreSeeds,
      judge([claimOf('higher', 'none', 'slow')], times).moreSeeds,
    ],
    ['0.250', true, 'holds', 'refuted', ['holds', 'refuted'], 1, 2],
  );
});

test('a whole holds with all its parts, falls with one, and asks for as many seeds as its slowest part', () => {
  const samples = values({
    a: [0.9, 0.91, 0.92],
    b: [0.8, 0.812, 0.818],
    c: [0.89, 0.93, 0.9],
    d: [0.95, 0.96, 0.971],
  });
  const whole = (...others: string[]) =>
    judge(
      others.map((other) => claimOf('higher', 'a', other)),
      samples,
    );
  const alone = whole('c').moreSeeds;
  assert.deepEqual(
    [whole('b').finding, whole('b', 'c').finding, whole('b', 'd').finding, whole('b', 'c').moreSeeds],
    ['holds', 'undecided', 'refuted', alone],
  );
});
