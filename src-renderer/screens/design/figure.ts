/** A residual block as boxes and lines, read from its plan. Pure. */
import { stepCost } from '../../../src-main/shared/network/cost.ts';
import type { BlockPlan, Step } from '../../../src-main/shared/network/plan.ts';
import { countInWords } from '../../../src-main/shared/words.ts';

export interface Box {
  readonly title: string;
  readonly note: string;
}

export interface Figure {
  /** Before the branch and the shortcut part. */
  readonly before: readonly Box[];
  readonly branch: readonly Box[];
  /** Empty: the identity; null: none. */
  readonly shortcut: readonly Box[] | null;
  readonly after: readonly Box[];
  /** Null: always there. */
  readonly gate: number | null;
}

const costOf = (step: Step) => {
  const { macs, parameters } = stepCost(step);
  return macs > 0 ? `${countInWords(macs)} multiply-adds` : `${parameters.toLocaleString('en-US')} parameters`;
};

/** Title and numbers of one step. */
export function boxOf(step: Step): Box {
  const { input, output } = step;
  const map = `${output.height} × ${output.width} × ${output.channels}`;
  switch (step.op) {
    case 'convolution':
      return {
        title: `Convolution ${step.kernel}×${step.kernel}${step.stride > 1 ? `, stride ${step.stride}` : ''}${step.groups > 1 ? `, ${step.groups} groups` : ''}`,
        note: `${input.channels} → ${output.channels}, ${costOf(step)}`,
      };
    case 'normalisation':
      return { title: 'Batch normalisation', note: costOf(step) };
    case 'relu':
      return { title: 'ReLU', note: map };
    case 'dropout':
      return { title: `Dropout ${step.rate}`, note: 'in training only' };
    case 'maxPool':
      return { title: 'Max pooling 3×3', note: map };
    case 'zeroPad':
      return {
        title: step.stride > 1 ? `Zero padding, stride ${step.stride}` : 'Zero padding',
        note: `${input.channels} → ${output.channels}`,
      };
    case 'average':
      return { title: 'Average', note: map };
    case 'linear':
      return { title: 'Linear', note: `${input.channels} → ${output.channels}` };
    case 'paths': {
      const one = step.paths[0] ?? [];
      const convolutions = one
        .filter((each) => each.op === 'convolution')
        .map((each) => `${each.kernel}×${each.kernel}, ${each.output.channels}`);
      return {
        title: `${step.paths.length} paths, ${step.join === 'sum' ? 'summed' : 'concatenated'}`,
        note: `${input.channels} → ${convolutions.join(' → ')} each`,
      };
    }
  }
}

export const figureOf = ({ before, branch, shortcut, after, survival }: BlockPlan): Figure => ({
  before: before.map(boxOf),
  branch: branch.map(boxOf),
  shortcut: shortcut?.map(boxOf) ?? null,
  after: after.map(boxOf),
  gate: survival < 1 ? survival : null,
});
