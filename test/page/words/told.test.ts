/** What core, the trainer, intake and the set-up say to the page: every sentence of theirs has Chinese words. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import ts from 'typescript';
import { describeFailure, inWords } from '../../../src-main/shared/failure.ts';
import { failures } from '../../../src-main/shared/failure/catalogue.ts';
import { setSpokenLanguage } from '../../../src-main/shared/language.ts';
import { reported } from '../../../src-main/shared/network/reported.ts';
import type { Told } from '../../../src-main/shared/told.ts';
import { chinese } from '../../../src-main/shared/words/zh/catalogue.ts';

afterEach(() => setSpokenLanguage({ language: 'en', catalogue: null }));

/** The literals that the first argument of a call may come to. */
function literalsOf(node: ts.Expression | undefined): string[] {
  if (!node) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)];
  return [];
}

/** Every sentence that is told in a source, with its file. */
function toldIn(path: string): [string, string][] {
  const found: [string, string][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'tell')
      found.push(...literalsOf(node.arguments[0]).map((text): [string, string] => [path, text]));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

const told = globSync('src-main/**/*.{ts,mjs}').flatMap(toldIn);

/** Sentences whose Chinese is the same: names, and places alone. */
const alike = (text: string) => !/\p{Ll}{2}/u.test(text.replace(/\{\w+\}/g, '')) || text === 'A Wide ResNet';

test('every sentence that core, its helpers and the set-up can say has Chinese words', () => {
  const words: Readonly<Record<string, string>> = chinese;
  const wanting = told.filter(
    ([, text]) =>
      words[text] === undefined || (!/\p{Script=Han}/u.test(words[text]) && !alike(text) && !/ResNe[tX]t?$/.test(text)),
  );
  assert.ok(told.length > 400, `${told.length} sentences were found`);
  assert.deepEqual(wanting, []);
});

test('no failure has an English word of its own in Chinese, and none of the notes beside figures of papers has', () => {
  setSpokenLanguage({ language: 'zh', catalogue: chinese });
  // Every detail is given as nothing that could be read.
  const details = new Proxy({}, { get: () => '', ownKeys: () => [] }) as never;
  const sentences = [
    ...(Object.values(failures) as ((given: never) => { title: string; advice: string })[]).flatMap((words) =>
      Object.values(words(details)),
    ),
    ...Object.values(reported).flatMap((rows) =>
      rows.flatMap(({ preprocessing, source }) => [preprocessing, source].map(inWords)),
    ),
  ];
  const english = sentences.filter((text) =>
    /[a-z]{2,} [a-z]{2,} [a-z]{2,}/.test(text.replace(/`[^`]*`|\w+ (?:and \w+|et al\.) \d{4}/g, '')),
  );
  assert.deepEqual(english, []);
});

test('a reason within a reason is said in one language', () => {
  setSpokenLanguage({ language: 'zh', catalogue: chinese });
  const found: Told = {
    say: '{count} files of other kinds, the first is {kind}',
    values: { count: '3', kind: { say: 'empty' } },
  };
  assert.equal(
    describeFailure({ code: 'import.unknown', details: { name: 'x.zip', found } }).title,
    'x.zip 不是 Residua 能读取的数据集：3 个其他类型的文件，第一个是空文件。',
  );
});
