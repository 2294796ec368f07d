/** Xie et al. 2016, figure 3: three forms of one block are one function. Here with equal weights, and timed. */
import { residualBlock } from '../../src-main/core/network/network.ts';
import { divide } from '../../src-main/core/network/paths.ts';
import { blockCost, blocksOf } from '../../src-main/shared/network/cost.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { cifarResNeXt } from '../../src-main/shared/network/families.ts';
import type { BlockPlan } from '../../src-main/shared/network/plan.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import type { LoadedEngine } from '../../src-main/trainer/engine.ts';
import { Trial } from '../core/network/trial.ts';
import { ourStep } from './ours.ts';
import { nothing, timingOf } from './report.ts';
import type { Claim, Report } from './report.ts';
import { interleave, median } from './timing.ts';

/** One block 32×4d between 256 channels, as in the paper's figure. */
const spec: Spec = {
  ...cifarResNeXt(29, 32, 4),
  input: { height: 16, width: 16, channels: 3 },
  classes: 10,
  stem: { kind: 'cifar', width: 256 },
  stages: [{ blocks: 1, width: 64, stride: 1 }],
};
const forms = ['a', 'b', 'c'] as const;
const batch = 32;

const blockOf = (form: Spec['form']) => blocksOf(expand({ ...spec, form }))[0] as BlockPlan;

function trialOf(form: Spec['form']): Trial {
  const block = blockOf(form);
  const { height, width, channels } = block.input;
  return new Trial({
    input: [2, height, width, channels],
    build: (building, input, gates) => residualBlock(building, block, input, gates),
  });
}

/** Largest difference of the outputs of a form and of form c with the same weights. */
function difference(form: 'a' | 'b'): number {
  const [c, other] = [trialOf('c'), trialOf(form)];
  const whole = new Map(
    c.kept.map(({ variable: { name, shape } }) => [name, { shape, values: c.values.get(name) as Float32Array }]),
  );
  const [wanted, found] = [c.forward(), other.forward(divide(other.kept, whole))];
  c.close();
  other.close();
  return wanted.reduce((most, value, at) => Math.max(most, Math.abs(value - (found[at] ?? NaN))), 0);
}

export async function formsClaims(engine: LoadedEngine, rounds: number, note: (text: string) => void): Promise<Report> {
  const steps = forms.map((form) => ourStep(engine.binding, `form ${form}`, { ...spec, form }, batch));
  const times = await interleave(steps, rounds, 2, (done) => note(`three forms: ${done} of ${rounds}`));
  for (const own of steps) own.close();
  const [a, b, c] = times.map((each) => median(each.times)) as [number, number, number];
  const parameters = forms.map((form) => blockCost(blockOf(form)).parameters);
  const claim = 'The three forms of a block are one (Xie 2016, figure 3)';
  const claims: Claim[] = [
    {
      claim,
      quantity: 'parameters of a, b, c',
      paper: '71,168',
      ours: parameters.map((count) => count.toLocaleString('en-US')).join(', '),
      holds: parameters.every((count) => count === 71_168),
    },
    ...(['a', 'b'] as const).map((form): Claim => {
      const apart = difference(form);
      return {
        claim,
        quantity: `outputs of ${form} and c, apart`,
        paper: '0',
        ours: apart.toExponential(1),
        holds: apart <= 1e-5,
      };
    }),
    {
      claim: 'Form c is the one to compute (Xie 2016, section 3.3)',
      quantity: 'time of a and b by c',
      paper: 'above 1×',
      ours: `${(a / c).toFixed(2)}×, ${(b / c).toFixed(2)}×`,
      holds: a > c && b > c,
    },
  ];
  return { ...nothing, claims, timings: times.map((each) => timingOf(`one block 32×4d, batch ${batch}`, each)) };
}
