/** `bench`: measures, prints a table or JSON, and ends with status 1 where a bound is missed. */
import { parseArgs } from 'node:util';
import { failureOf, describeFailure } from '../../src-main/shared/failure.ts';
import { benchEngine } from './engine.ts';
import { isGood, lines, together } from './report.ts';
import type { Report } from './report.ts';
import { benchStep, benchTraining } from './stepBench.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '24' },
    json: { type: 'boolean', default: false },
  },
});

const rounds = Number(values.rounds);

/** A line of progress, where standard error is a terminal. */
const note = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

async function measure(): Promise<Report> {
  const engine = await benchEngine();
  return together([await benchStep(engine, rounds, note), await benchTraining(engine, rounds, note)]);
}

try {
  const report = await measure();
  note('');
  const text = values.json ? [JSON.stringify({ ...report, good: isGood(report) })] : lines(report);
  process.stdout.write(`${text.join('\n')}\n`);
  process.exitCode = isGood(report) ? 0 : 1;
} catch (thrown) {
  note('');
  const failure = failureOf(thrown);
  if (failure.code === 'bug') throw thrown;
  const { title, advice } = describeFailure(failure);
  console.error(`${title} ${advice}`);
  process.exitCode = 1;
}
