/** `bench --claims`: what the papers say of time and cost, beside what this machine says. */
import { drawSurvival } from '../../src-main/core/batches/survival.ts';
import { describe, expectedMacs } from '../../src-main/shared/network/cost.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { cifarResNet, imagenetResNet, imagenetResNeXt } from '../../src-main/shared/network/families.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import type { LoadedEngine } from '../../src-main/trainer/engine.ts';
import { formsClaims } from './formsClaims.ts';
import { ourStep } from './ours.ts';
import { nothing, timingOf, together } from './report.ts';
import type { Claim, Report } from './report.ts';
import { interleave, mean, median } from './timing.ts';
import type { Contender, Times } from './timing.ts';

const warmUp = 2;

/** Builds the contenders, lets them take turns and gives their memory back. */
async function sitting(
  engine: LoadedEngine,
  what: string,
  nets: readonly { readonly name: string; readonly spec: Spec }[],
  batch: number,
  rounds: number,
  note: (text: string) => void,
): Promise<{ readonly report: Report; readonly times: readonly Times[] }> {
  const steps = nets.map(({ name, spec }) => ourStep(engine.binding, name, spec, batch));
  const contenders: Contender[] = steps.map((own) => {
    const gated = own.session.program.train.gated.map(({ survival }) => survival);
    if (gated.length === 0) return own;
    let step = 0;
    return { name: own.name, step: () => own.stepWith(drawSurvival(gated, 1, (step += 1))) };
  });
  const times = await interleave(contenders, rounds, warmUp, (done) => note(`${what}: ${done} of ${rounds}`));
  for (const own of steps) own.close();
  return { times, report: { ...nothing, timings: times.map((each) => timingOf(`${what}, batch ${batch}`, each)) } };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const fold = (ratio: number) => `${ratio.toFixed(2)}×`;
const millions = (count: number) => `${(count / 1e6).toFixed(2)} M`;

/** Huang et al. 2016: about 25 % less training time at P_L = 0.5, about 40 % at 0.2. */
async function stochasticDepth(engine: LoadedEngine, rounds: number, note: (text: string) => void): Promise<Report> {
  const lasts = [0.5, 0.2];
  const nets = [
    { name: 'ResNet-110', spec: cifarResNet(110) },
    ...lasts.map((last) => ({
      name: `P_L = ${last}`,
      spec: cifarResNet(110, { survival: { kind: 'linear', last } as const }),
    })),
  ];
  const { times, report } = await sitting(engine, 'stochastic depth', nets, 128, rounds, note);
  const [full, ...dropping] = times.map((each) => mean(each.times)) as [number, ...number[]];
  const wholeMacs = describe(expand(cifarResNet(110))).macs;
  const claims = lasts.flatMap((last, index): Claim[] => {
    const paper = last === 0.5 ? 0.25 : 0.4;
    const saved = 1 - (dropping[index] as number) / full;
    const savedMacs = 1 - expectedMacs(expand(nets[index + 1]?.spec as Spec)) / wholeMacs;
    const claim = `ResNet-110 with P_L = ${last} trains faster (Huang 2016)`;
    return [
      {
        claim,
        quantity: 'time saved per step',
        paper: `about ${percent(paper)}`,
        ours: percent(saved),
        holds: saved >= 0.8 * paper,
      },
      {
        claim,
        quantity: 'multiply-adds saved',
        paper: '–',
        ours: percent(savedMacs),
        holds: savedMacs >= 0.95 * paper,
      },
    ];
  });
  return together([report, { ...nothing, claims }]);
}

/** Zagoruyko and Komodakis 2016, section 3: 68 ms against 512 ms a step of 32 images on one card. */
async function wide(engine: LoadedEngine, rounds: number, note: (text: string) => void): Promise<Report> {
  const nets = ['wrn-40-4', 'preresnet1001'].map((name) => ({ name, spec: findPreset(name).spec }));
  const { times, report } = await sitting(engine, 'wide against deep', nets, 32, rounds, note);
  const [wideMs, deepMs] = times.map((each) => median(each.times)) as [number, number];
  const [wideSize, deepSize] = nets.map(({ spec }) => describe(expand(spec)).parameters) as [number, number];
  const claim = 'WRN-40-4 trains faster than ResNet-1001 at about equal parameters (Zagoruyko 2016)';
  return together([
    report,
    {
      ...nothing,
      claims: [
        {
          claim,
          quantity: 'parameters',
          paper: '8.9 M and 10.2 M',
          ours: `${millions(wideSize)} and ${millions(deepSize)}`,
          holds: wideSize < deepSize,
        },
        { claim, quantity: 'time, deep / wide', paper: '7.53×', ours: fold(deepMs / wideMs), holds: deepMs > wideMs },
      ],
    },
  ]);
}

/** Cost of a network for 224 × 224 images and 1,000 classes. */
const costOf = (spec: Spec) => {
  const { parameters, macs } = describe(expand(spec));
  return { parameters, macs };
};

/** Xie et al. 2016: the same parameters and multiply-adds as a ResNet, spent on more paths. */
async function aggregated(engine: LoadedEngine, rounds: number, note: (text: string) => void): Promise<Report> {
  const paths = [
    [1, 64],
    [2, 40],
    [4, 24],
    [8, 14],
    [32, 4],
  ] as const;
  const nets = [
    ...paths.map(([cardinality, width]) => ({
      name: `50, ${cardinality}×${width}d`,
      spec: cardinality === 1 ? imagenetResNet(50) : imagenetResNeXt(50, cardinality, width),
    })),
    { name: 'ResNet-101', spec: imagenetResNet(101) },
  ];
  const { times, report } = await sitting(engine, 'aggregated', nets, 8, rounds, note);
  const ms = times.map((each) => median(each.times));
  const costs = nets.map(({ spec }) => costOf(spec));
  type Cost = ReturnType<typeof costOf>;
  const [resnet50, resnext50, resnet101] = [costs[0], costs[4], costs[5]] as [Cost, Cost, Cost];
  const [ms50, msNext, ms101] = [ms[0], ms[4], ms[5]] as [number, number, number];
  const claim = 'ResNeXt-50 32×4d costs what ResNet-50 costs and less than ResNet-101 (Xie 2016)';
  const near = (a: number, b: number) => Math.abs(a / b - 1) <= 0.05;
  return together([
    report,
    {
      ...nothing,
      claims: [
        {
          claim,
          quantity: 'parameters, 32×4d / ResNet-50',
          paper: '25.0 M / 25.5 M',
          ours: `${millions(resnext50.parameters)} / ${millions(resnet50.parameters)}`,
          holds: near(resnext50.parameters, resnet50.parameters),
        },
        {
          claim,
          quantity: 'multiply-adds, 32×4d / ResNet-50',
          paper: '4.2 G / 4.1 G',
          ours: `${(resnext50.macs / 1e9).toFixed(2)} G / ${(resnet50.macs / 1e9).toFixed(2)} G`,
          holds: near(resnext50.macs, resnet50.macs),
        },
        {
          claim,
          quantity: 'multiply-adds, 32×4d / ResNet-101',
          paper: 'about 0.5×',
          ours: fold(resnext50.macs / resnet101.macs),
          holds: resnext50.macs < resnet101.macs,
        },
        {
          claim,
          quantity: 'time, 32×4d / ResNet-101',
          paper: 'below 1×',
          ours: fold(msNext / ms101),
          holds: msNext < ms101,
        },
        {
          claim,
          quantity: 'time, 32×4d / ResNet-50',
          paper: 'about 1.36× (depth 101)',
          ours: fold(msNext / ms50),
          holds: msNext / ms50 <= 1.36,
        },
        ...paths.slice(1).map(([cardinality, width], index): Claim => {
          const { parameters, macs } = costs[index + 1] as Cost;
          const time = (ms[index + 1] ?? NaN) / ms50;
          return {
            claim: 'Cardinality at equal cost (Xie 2016, table 2)',
            quantity: `${cardinality}×${width}d: parameters, multiply-adds, time by 1×64d`,
            paper: 'about 25 M and 4.1 G, –',
            ours: `${millions(parameters)}, ${(macs / 1e9).toFixed(2)} G, ${fold(time)}`,
            holds: near(parameters, resnet50.parameters) && near(macs, resnet50.macs),
          };
        }),
      ],
    },
  ]);
}

/** All claims, one after the other. */
export async function benchClaims(engine: LoadedEngine, rounds: number, note: (text: string) => void): Promise<Report> {
  return together([
    await stochasticDepth(engine, rounds, note),
    await wide(engine, rounds, note),
    await aggregated(engine, rounds, note),
    await formsClaims(engine, rounds, note),
  ]);
}
