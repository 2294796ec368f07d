/** `bench`: measures, prints a table or JSON, and ends with status 1 where a bound is missed. */
import { parseArgs } from 'node:util';
import { failureOf, describeFailure } from '../../src-main/shared/failure.ts';
import { benchClaims } from './claims.ts';
import { benchDeep } from './deepBench.ts';
import { benchEngine } from './engine.ts';
import { benchImports } from './importBench.ts';
import { benchHistory } from './history/measure.ts';
import { benchPeers, comparisons } from './peerBench.ts';
import { frameworks } from './peers/install.ts';
import { benchPipeline } from './pipelineBench.ts';
import { isGood, lines, together } from './report.ts';
import type { Report } from './report.ts';
import { benchPredictions } from './predictionBench.ts';
import { benchStep, benchTraining } from './stepBench.ts';
import { benchSurvival } from './survivalBench.ts';
import { benchRows, benchWatching } from './watchingBench.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    claims: { type: 'boolean', default: false },
    survival: { type: 'boolean', default: false },
    deep: { type: 'boolean', default: false },
    watching: { type: 'boolean', default: false },
    data: { type: 'boolean', default: false },
    history: { type: 'boolean', default: false },
    predictions: { type: 'boolean', default: false },
    peers: { type: 'string' },
    networks: { type: 'string', default: Object.keys(comparisons).join() },
    json: { type: 'boolean', default: false },
  },
});

/** How often each contender has its turn, unless the person says otherwise. */
const usualRounds = {
  step: 24,
  peers: 20,
  claims: 10,
  survival: 200,
  deep: 3,
  watching: 1500,
  data: 2,
  pipeline: 8,
} as const;
const roundsOf = (kind: keyof typeof usualRounds) => Number(values.rounds ?? usualRounds[kind]);

/** Steps of the run that only talks; each has five metrics. */
const floodSteps = 40_000;

/** A line of progress, where standard error is a terminal. */
const note = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

/** The words of a list with commas, all of them known. */
function listed<Word extends string>(text: string, known: readonly Word[]): Word[] {
  return text.split(',').map((word) => {
    const found = known.find((each) => each === word.trim());
    if (found === undefined) throw new Error(`"${word}" is none of ${known.join(', ')}.`);
    return found;
  });
}

async function measure(): Promise<Report> {
  if (values.peers !== undefined) {
    const networks = listed(values.networks, Object.keys(comparisons));
    return benchPeers(listed(values.peers, frameworks), networks, roundsOf('peers'), note);
  }
  if (values.deep) return benchDeep(roundsOf('deep'), note);
  // Imports need no engine, and are measured before one takes memory.
  const imports = values.data ? [await benchImports(roundsOf('data'), note)] : [];
  if (values.history) return benchHistory(note);
  if (values.predictions) return benchPredictions(note);
  const engine = await benchEngine();
  if (values.data) return together([...imports, await benchPipeline(engine, roundsOf('pipeline'), note)]);
  if (values.claims) return benchClaims(engine, roundsOf('claims'), note);
  if (values.watching)
    return together([await benchRows(floodSteps, note), await benchWatching(engine, roundsOf('watching'), note)]);
  if (values.survival) return benchSurvival(engine, roundsOf('survival'), note);
  const rounds = roundsOf('step');
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
