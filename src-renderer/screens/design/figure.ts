/** A residual block as boxes and lines, read from its plan. Pure. */
import { say } from '../../../src-main/shared/language.ts';
import { stepCost } from '../../../src-main/shared/network/cost.ts';
import type { BlockPlan, PathsStep, Step } from '../../../src-main/shared/network/plan.ts';
import { counted, joined, macsInWords } from '../../../src-main/shared/words.ts';

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
  return macs > 0 ? macsInWords(macs) : say('{count} parameters', { count: parameters.toLocaleString('en-US') });
};

/** `32 paths, summed`. */
export const pathsInWords = ({ paths, join }: PathsStep): string =>
  say(join === 'sum' ? '{count} paths, summed' : '{count} paths, concatenated', { count: paths.length });

/** Title and numbers of one step. */
export function boxOf(step: Step): Box {
  const { input, output } = step;
  const map = `${output.height} × ${output.width} × ${output.channels}`;
  switch (step.op) {
    case 'convolution': {
      const kernel = `${step.kernel}×${step.kernel}`;
      const isLong = step.stride > 1 && step.groups > 1;
      return {
        title: joined([
          isLong ? say('Conv {kernel}', { kernel }) : say('Convolution {kernel}', { kernel }),
          ...(step.stride > 1 ? [say('stride {stride}', { stride: step.stride })] : []),
          ...(step.groups > 1 ? [counted(step.groups, 'group')] : []),
        ]),
        note: joined([`${input.channels} → ${output.channels}`, costOf(step)]),
      };
    }
    case 'normalisation':
      return { title: say('Batch normalisation'), note: costOf(step) };
    case 'relu':
      return { title: 'ReLU', note: map };
    case 'dropout':
      return { title: say('Dropout {rate}', { rate: step.rate }), note: say('in training only') };
    case 'maxPool':
      return { title: say('Max pooling 3×3'), note: map };
    case 'zeroPad':
      return {
        title: step.stride > 1 ? say('Zero padding, stride {stride}', { stride: step.stride }) : say('Zero padding'),
        note: `${input.channels} → ${output.channels}`,
      };
    case 'average':
      return { title: say('Average'), note: map };
    case 'linear':
      return { title: say('Linear'), note: `${input.channels} → ${output.channels}` };
    case 'paths': {
      const one = step.paths[0] ?? [];
      const convolutions = one
        .filter((each) => each.op === 'convolution')
        .map((each) => `${each.kernel}×${each.kernel}, ${each.output.channels}`);
      return {
        title: pathsInWords(step),
        note: say('{steps} each', { steps: `${input.channels} → ${convolutions.join(' → ')}` }),
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
