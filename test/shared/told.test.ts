/** Sentences with their values: worded in each language, checked where they come in, read back as they were stored. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { describeFailure, inWords } from '../../src-main/shared/failure.ts';
import { setSpokenLanguage } from '../../src-main/shared/language.ts';
import { safeParse } from '../../src-main/shared/schema.ts';
import { bothTold, countTold, tell, tellingSchema, toldOf, verbatim } from '../../src-main/shared/told.ts';
import type { Telling } from '../../src-main/shared/told.ts';
import { chinese } from '../../src-main/shared/words/zh/catalogue.ts';

afterEach(() => setSpokenLanguage({ language: 'en', catalogue: null }));

const full = { code: 'disk.full', details: { path: '/data', freeBytes: 1e6, neededBytes: 64e6 } };
const tellings: readonly Telling[] = [
  'Words of an earlier version.',
  { say: 'A sentence of {version}.', values: { version: 'a later version' } },
  toldOf('digits', tell('{failure} The run waits and goes on when there is room.', { failure: { failure: full } })),
  tell('{how}{time}{result}.', {
    how: tell('Finished'),
    time: tell(' after {duration}', { duration: { seconds: 3725 } }),
    result: tell(', {share} on the test split', { share: { share: 0.934 } }),
  }),
  bothTold(verbatim('{path}'), { count: 1, one: 'file', many: 'files' }),
  tell('{text}', { text: countTold(1202, 'class', 'classes') }),
];

test('what is told is worded where it is shown, whatever it holds', () => {
  const said = () => tellings.map((telling) => inWords(telling));
  const english = said();
  setSpokenLanguage({ language: 'zh', catalogue: chinese });
  assert.deepEqual(
    [english, said()],
    [
      [
        'Words of an earlier version.',
        'A sentence of a later version.',
        'digits: The disk is full: /data has 1 MB left and 64 MB are needed. The run waits and goes on when there is room.',
        'Finished after 1 h 2 min, 93.4 % on the test split.',
        '{path} 1 file',
        '1,202 classes',
      ],
      [
        'Words of an earlier version.',
        'A sentence of a later version.',
        'digits：磁盘已满：/data 剩余 1 MB，需要 64 MB。运行正在等待，有空间后会继续。',
        '已完成，历时 1 小时 2 分，测试集准确率 93.4%。',
        '{path}1 个文件',
        '1,202 个类别',
      ],
    ],
  );
});

test('a failure is worded with the parts that were told', () => {
  setSpokenLanguage({ language: 'zh', catalogue: chinese });
  const how = tell('ended by {signal}{words}', { signal: 'SIGTERM', words: '' });
  assert.equal(
    describeFailure({ code: 'trainer.died', details: { how } }).title,
    '训练进程意外结束 (被 SIGTERM 终止)。',
  );
});

test('tellings travel as they are, and what is none is refused', () => {
  const deep = (depth: number): unknown => (depth === 0 ? 'end' : { say: '{one}', values: { one: deep(depth - 1) } });
  const others: unknown[] = [
    3,
    null,
    {},
    { say: 3 },
    { say: 'a', values: [] },
    { say: 'a', values: { b: null } },
    { say: 'a', values: { b: { seconds: '3' } } },
    { say: 'a', values: { b: { failure: { code: 'c' } } } },
    { say: 'x'.repeat(5000) },
    deep(20),
  ];
  const parsed = tellings.map((telling) => safeParse(tellingSchema, JSON.parse(JSON.stringify(telling))).output);
  assert.deepEqual([parsed, others.filter((other) => safeParse(tellingSchema, other).success)], [tellings, []]);
});
