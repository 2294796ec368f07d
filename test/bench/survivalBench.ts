/**
 * `bench --survival`: does a dropped block cost nothing? ResNet-110 with P_L = 0.5 beside ResNet-110, step by step, and
 * in the same sitting what the blocks of each stage cost.
 */
import { drawSurvival } from '../../src-main/core/batches/survival.ts';
import { cifarResNet } from '../../src-main/shared/network/families.ts';
import type { LoadedEngine } from '../../src-main/trainer/engine.ts';
import { ourStep } from './ours.ts';
import { atMost, nothing, timingOf } from './report.ts';
import type { Report } from './report.ts';
import { interleave, mean, median } from './timing.ts';

const batch = 128;
const depth = 110;
const seed = 1;
/** Rounds between two steps without a stage. */
const stageEvery = 8;

/** The share of the saved time of the dropped blocks that must be seen in the step time. */
const wantedShare = 0.85;

export async function benchSurvival(
  engine: LoadedEngine,
  rounds: number,
  note: (text: string) => void,
): Promise<Report> {
  const full = ourStep(engine.binding, 'full depth', cifarResNet(depth), batch);
  const dropping = ourStep(
    engine.binding,
    'P_L = 0.5',
    cifarResNet(depth, { survival: { kind: 'linear', last: 0.5 } }),
    batch,
  );
  const blocks = dropping.session.program.train.gated;
  const stageOf = blocks.map(({ name }) => name.split('/')[0] as string);
  const stages = [...new Set(stageOf)];
  const without = (stage: string) => Int32Array.from(stageOf, (own) => (own === stage ? 0 : 1));

  let step = 0;
  const dropped = new Map(stages.map((stage) => [stage, 0]));
  const drawn = () => {
    step += 1;
    const survival = drawSurvival(
      blocks.map((block) => block.survival),
      seed,
      step,
    );
    survival.forEach((kept, block) => {
      const stage = stageOf[block] as string;
      dropped.set(stage, (dropped.get(stage) ?? 0) + 1 - kept);
    });
    return dropping.stepWith(survival);
  };
  const byStage = stages.map((stage) => ({ name: `all blocks but ${stage}'s`, stage, times: [] as number[] }));
  const everyBlock: number[] = [];
  const measureStages = () => {
    everyBlock.push(dropping.step() as number);
    for (const { stage, times } of byStage) times.push(dropping.stepWith(without(stage)));
  };

  for (const { step: warm } of [full, dropping]) for (let at = 0; at < 2; at += 1) await warm();
  measureStages();
  everyBlock.length = 0;
  for (const { times } of byStage) times.length = 0;
  const times = await interleave([full, { name: dropping.name, step: drawn }], rounds, 0, (done) => {
    if (done % stageEvery === 0) measureStages();
    note(`survival ${done} of ${rounds}`);
  });
  full.close();
  dropping.close();

  const [fullTimes, droppingTimes] = times.map((each) => each.times) as [number[], number[]];
  const whole = median(everyBlock);
  const blocksIn = (stage: string) => stageOf.filter((own) => own === stage).length;
  const skippedShare = byStage.reduce((sum, { stage, times: rest }) => {
    const stageShare = (whole - median(rest)) / whole;
    return sum + (stageShare * (dropped.get(stage) ?? 0)) / rounds / blocksIn(stage);
  }, 0);
  const what = `ResNet-${depth}, batch ${batch}`;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return {
    ...nothing,
    timings: [
      ...times.map((each) => timingOf(what, each)),
      timingOf(what, { name: 'every block, gated', times: everyBlock }),
      ...byStage.map((each) => timingOf(what, each)),
    ],
    bounds: [
      atMost(
        `${what}: mean step, P_L = 0.5 / full depth (skipped blocks cost ${percent(skippedShare)} of a full step)`,
        mean(droppingTimes) / mean(fullTimes),
        1 - wantedShare * skippedShare,
      ),
    ],
  };
}
