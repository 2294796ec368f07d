/** The filter language: what it means, what it refuses and where, and laws that hold for every filter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lexicon, runFields, settingFields } from '../../../src-main/shared/run/field.ts';
import { filterInWords, numberOf, parseFilter, passes } from '../../../src-main/shared/run/filter.ts';
import type { FieldValue, Filter, Operator } from '../../../src-main/shared/run/filter.ts';

const lexicon = new Lexicon([
  ...runFields,
  ...settingFields([{ 'recipe.learningRate': 0.1, 'recipe.nesterov': true }]),
]);

type Row = Readonly<Record<string, FieldValue>>;
const rows: Row[] = [
  {
    name: 'wide night',
    acc: 0.95,
    family: 'wide',
    network: 'wrn-16-4',
    tag: ['night', 'baseline'],
    time: 7300,
    starred: true,
  },
  { name: 'deep', acc: 0.9, family: 'resnet', network: 'resnet110', tag: [], time: 60, starred: false },
  { name: 'crashed', acc: null, family: 'resnet', network: 'resnet20', tag: ['night'], time: null, starred: false },
];

const parsed = (text: string): Filter => {
  const result = parseFilter(text, lexicon);
  assert.ok('filter' in result, `${text}: ${JSON.stringify(result)}`);
  return result.filter;
};
const passesRow = (filter: Filter, row: Row) =>
  passes(
    filter,
    (field) => row[field] ?? null,
    () => [String(row['name']), String(row['network']), ...((row['tag'] as string[]) ?? [])],
  );
const found = (text: string) => rows.filter((row) => passesRow(parsed(text), row)).map((row) => row['name']);

test('a filter finds what it says', () => {
  assert.deepEqual(
    {
      '': found(''),
      'acc > 0.9 and family = WIDE and tag = night': found('acc > 0.9 and family = WIDE and tag = night'),
      'accuracy >= 90%': found('accuracy >= 90%'),
      'time > 2h or not tag = night': found('time > 2h or not tag = night'),
      'network ~ "resnet" acc != 0.9': found('network ~ "resnet" acc != 0.9'),
      'family in (wide, plain)': found('family in (wide, plain)'),
      'night not starred = yes': found('night not starred = yes'),
      '(deep or crashed) and acc < 1': found('(deep or crashed) and acc < 1'),
      'not acc > 0': found('not acc > 0'),
    },
    {
      '': ['wide night', 'deep', 'crashed'],
      'acc > 0.9 and family = WIDE and tag = night': ['wide night'],
      'accuracy >= 90%': ['wide night', 'deep'],
      'time > 2h or not tag = night': ['wide night', 'deep'],
      'network ~ "resnet" acc != 0.9': ['crashed'],
      'family in (wide, plain)': ['wide night'],
      'night not starred = yes': ['crashed'],
      '(deep or crashed) and acc < 1': ['deep'],
      'not acc > 0': ['crashed'],
    },
  );
});

test('what is wrong is said at its place', () => {
  const problems = Object.fromEntries(
    [
      'acc > ',
      'famly = wide',
      'acc > high',
      'name > a',
      '(acc > 1',
      'acc > 1)',
      '"open',
      'and acc > 1',
      'starred = maybe',
      'family in (a',
      '> 3',
      'lr = 0.1 and',
      'acc ! 1',
    ].map((text) => {
      const result = parseFilter(text, lexicon);
      return [text, 'problem' in result ? Object.values(result.problem) : null];
    }),
  );
  assert.deepEqual(problems, {
    'acc > ': [4, 1, 'A value is missing after ">".'],
    'famly = wide': [0, 5, 'There is no field "famly"; did you mean family?'],
    'acc > high': [6, 4, 'acc is a number, such as 0.9, 90% or 2h, not "high".'],
    'name > a': [5, 1, 'name is no number: only = != ~ and !~ work on it.'],
    '(acc > 1': [0, 1, 'This bracket is not closed.'],
    'acc > 1)': [7, 1, 'This bracket closes nothing.'],
    '"open': [0, 5, 'This quotation mark is not closed.'],
    'and acc > 1': [0, 3, 'There is nothing to the left of "and".'],
    'starred = maybe': [10, 5, 'starred is yes or no, not "maybe".'],
    'family in (a': [10, 1, 'This list is not closed.'],
    '> 3': [0, 1, 'There is nothing to the left of ">".'],
    'lr = 0.1 and': [12, 0, 'Something is missing at the end.'],
    'acc ! 1': [4, 1, '"!" does not belong here.'],
  });
});

test('units of numbers', () => {
  assert.deepEqual(['90%', '1.7M', '2h', '1e-4', '.5', '-3', '12 min', 'x', '1x', ''].map(numberOf), [
    0.9,
    1_700_000,
    7200,
    1e-4,
    0.5,
    -3,
    720,
    null,
    null,
    null,
  ]);
});

const plain = { noNullPrototype: true };
const comparison = fc.oneof(
  fc.record(
    {
      kind: fc.constant('comparison' as const),
      field: fc.constantFrom('acc', 'time', 'recipe.learningRate'),
      operator: fc.constantFrom<Operator>('=', '!=', '<', '<=', '>', '>='),
      value: fc
        .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
        .map((x) => Number(x.toPrecision(6)) + 0),
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant('comparison' as const),
      field: fc.constantFrom('name', 'family', 'tag'),
      operator: fc.constantFrom<Operator>('=', '!=', '~', '!~'),
      value: fc.string(),
    },
    plain,
  ),
  fc.record({ kind: fc.constant('word' as const), text: fc.string() }, plain),
);
const { filter: filters } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    comparison,
    tie('filter').map((part): Filter => ({ kind: 'not', part })),
    fc
      .tuple(fc.constantFrom('any' as const, 'all' as const), fc.array(tie('filter'), { minLength: 2, maxLength: 3 }))
      .map(([kind, parts]): Filter => ({ kind, parts })),
  ),
}));
const anyRow = fc.record({
  name: fc.string(),
  network: fc.string(),
  acc: fc.option(fc.double({ noNaN: true })),
  family: fc.option(fc.string()),
  tag: fc.array(fc.string(), { maxLength: 2 }),
});

test('a filter that is written down is read back the same', () => {
  fc.assert(
    fc.property(filters, (filter) => {
      assert.deepEqual(parsed(filterInWords(filter)), filter);
    }),
  );
});

test('not is the complement; and and or are swapped by it', () => {
  fc.assert(
    fc.property(filters, filters, anyRow, (a, b, row) => {
      const not = (part: Filter): Filter => ({ kind: 'not', part });
      assert.equal(passesRow(not(a), row), !passesRow(a, row));
      assert.equal(
        passesRow(not({ kind: 'any', parts: [a, b] }), row),
        passesRow({ kind: 'all', parts: [not(a), not(b)] }, row),
      );
    }),
  );
});

test('any text is read or refused at a place within it', () => {
  const pieces = fc.array(
    fc.constantFrom('acc', '>', '=', '(', ')', 'and', 'or', 'not', 'in', '"', '0.5', ',', ' ', '!', '\\'),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((all) => all.join(' ')),
      ),
      (text) => {
        const result = parseFilter(text, lexicon);
        if ('problem' in result) {
          const { at, length } = result.problem;
          assert.ok(at >= 0 && length >= 0 && at + length <= text.length);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
