/** The languages of the page: the catalogue is whole and true to its keys, and no word stands outside of it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import fc from 'fast-check';
import { languageAmong, retell, say, setSpokenLanguage } from '../../../src-main/shared/language.ts';
import type { Catalogue, Sentence } from '../../../src-main/shared/language.ts';
import { commands } from '../../../src-main/shared/commands.ts';
import { describeFailure } from '../../../src-main/shared/failure.ts';
import { counted, durationInWords, shareInWords } from '../../../src-main/shared/words.ts';
import { areas, chinese } from '../../../src-main/shared/words/zh/catalogue.ts';
import { scriptsOf, wordsInMarkup, wordsInScript } from './outside.ts';

const sentences = Object.entries(chinese) as [Sentence, string][];
const placesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
const isKnown = (text: string) => Object.hasOwn(chinese, text);

afterEach(() => setSpokenLanguage({ language: 'en', catalogue: null }));

test('every translation has the places of its sentence, and no sentence stands in two areas', () => {
  const wrong = sentences.filter(([sentence, words]) => {
    const once = (text: string) => [...new Set(placesOf(text))].join();
    return once(sentence) !== once(words);
  });
  const keys = Object.values(areas).flatMap((area) => Object.keys(area));
  const twice = keys.filter((key, at) => keys.indexOf(key) !== at);
  assert.deepEqual([wrong, twice], [[], []]);
});

test('Chinese is punctuated in Chinese, with a space between Chinese and Latin letters or digits', () => {
  const wrong = sentences.filter(
    ([, words]) =>
      /\p{Script=Han}[,.:;?!]/u.test(words) || /\p{Script=Han}[\dA-Za-z]|[\dA-Za-z]\p{Script=Han}/u.test(words),
  );
  assert.deepEqual(wrong, []);
});

test('a sentence is said with its values in the language that is spoken; what is not known is told as it is', () => {
  const said = () => [
    say('{done} of {total}', { done: 3, total: '1,202' }),
    counted(1, 'epoch'),
    counted(2, 'class', 'classes'),
    durationInWords(3725),
    shareInWords(0.934),
    say(commands[0].title),
    retell('Stop it first.'),
    retell('no such words'),
    describeFailure({ code: 'run.alive', details: { run: 'ab12' } }).title,
  ];
  const english = said();
  setSpokenLanguage({ language: 'zh', catalogue: chinese });
  assert.deepEqual(
    [english, said()],
    [
      [
        '3 of 1,202',
        '1 epoch',
        '2 classes',
        '1 h 2 min',
        '93.4 %',
        'New run',
        'Stop it first.',
        'no such words',
        'The run ab12 has not ended yet.',
      ],
      [
        '3 / 1,202',
        '1 轮',
        '2 个类别',
        '1 小时 2 分',
        '93.4%',
        '新建运行',
        '请先停止它。',
        'no such words',
        '运行 ab12 尚未结束。',
      ],
    ],
  );
});

test('whatever the values are, they stand in a sentence as they are, in every language', () => {
  fc.assert(
    fc.property(fc.constantFrom(...sentences), fc.string(), fc.boolean(), ([sentence, words], value, isChinese) => {
      setSpokenLanguage(isChinese ? { language: 'zh', catalogue: chinese } : { language: 'en', catalogue: null });
      const values = Object.fromEntries(placesOf(sentence).map((place) => [place.slice(1, -1), value]));
      const loosely = say as (text: string, values: object) => string;
      const expected = (isChinese ? words : sentence).split(/\{\w+\}/).join(value);
      assert.equal(loosely(sentence, values), expected);
    }),
  );
});

test('the language of a person is the first in their list that Residua speaks', () => {
  assert.deepEqual([['zh-Hans-CN', 'en'], ['fr', 'zh'], ['en-US', 'zh-CN'], ['fr'], []].map(languageAmong), [
    'zh',
    'zh',
    'en',
    'en',
    'en',
  ]);
});

/** Names of things, the same in every language, and of keys; an example of a path; the name the usual view is kept by. */
const names = new Set(
  'Residua TensorFlow Node JSON CSV SHA-256 RGB Enter Space Delete Esc Ctrl CIFAR-10 CIFAR-100 NPZ NPY SVHN Parquet Alt Shift Mac /data/images Default ReLU'.split(
    ' ',
  ),
);
const isName = (text: string) => names.has(text) || /^[–—]? ?Residua$|^(Ctrl|Alt) .$/.test(text);

/** What only the page words, beside the page itself. */
const sharedFiles = [
  'commands',
  'failure',
  'failure/catalogue',
  'failure/data',
  'publicSets',
  'recipeChoices',
  'network/check',
  'network/designRules',
  'network/mend',
  'network/prediction',
  'run/field',
  'run/filter',
  'run/replay',
  'run/verdict',
  'words',
].map((name) => `src-main/shared/${name}.ts`);
const pageFiles = [...globSync('src-renderer/**/*.{svelte,ts}'), ...sharedFiles];

test('no word of the page stands outside the catalogue', () => {
  const found = pageFiles.flatMap((path) => {
    const source = readFileSync(path, 'utf8');
    const isComponent = path.endsWith('.svelte');
    const words = isComponent
      ? [...wordsInMarkup(source), ...wordsInScript(scriptsOf(source))]
      : wordsInScript(source, isKnown);
    return words.filter((text) => !isName(text)).map((text) => `${path}: ${text}`);
  });
  assert.deepEqual(found, []);
});

test('words outside the catalogue are found wherever a person would read them', () => {
  const component = `
    <script lang="ts">
      const choices = [{ value: 'a', title: 'Light' }, { value: 'b', title: say('Dark') }];
      const words = isDark ? 'Dark enough for now.' : say('Light');
    </script>
    <p title="A title" class="not words">Some text {count} {isDark ? 'or a choice' : say('Light')} {say('Dark')}</p>
    <Part label={\`A \${kind} label\`} kind="not words" />`;
  assert.deepEqual(
    [wordsInMarkup(component), wordsInScript(scriptsOf(component))],
    [
      ['A title', 'Some text', 'or a choice', 'label'],
      ['Light', 'Dark enough for now.'],
    ],
  );
});

test('no sentence of the catalogue is left over', () => {
  const sources = globSync('src-{main,renderer}/**/*.{ts,mjs,svelte}')
    .filter((path) => !path.includes('/words/zh/'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const isUsed = (sentence: string) =>
    [`'${sentence.replaceAll("'", "\\'")}'`, `"${sentence}"`].some((literal) => sources.includes(literal)) ||
    // `counted` puts these together.
    /^\{count\} [a-z ]+$/.test(sentence);
  assert.deepEqual(
    (Object.keys(chinese) as (keyof Catalogue)[]).filter((sentence) => !isUsed(sentence)),
    [],
  );
});
