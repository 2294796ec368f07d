/** Are the three forms of a block one function, and which is the one to compute? Xie et al. 2016, section 3.3, figure 3. */
import { cifarResNeXt } from '../../network/families.ts';
import { recipes } from '../../network/recipes.ts';
import type { Spec } from '../../network/spec.ts';
import { claim } from './idea.ts';
import type { Idea } from './idea.ts';

interface Rung {
  readonly paths: readonly [cardinality: number, pathWidth: number];
}

/** How far outputs and gradients of equal functions may lie apart in float32. */
const roundingError = { output: 1e-4, gradient: 1e-3 };

/** One block between 256 channels on maps of 16 × 16, as in the paper's figure. */
const blockOf = (form: Spec['form'], [paths, pathWidth]: Rung['paths']): Spec => ({
  ...cifarResNeXt(11, paths, pathWidth),
  name: `form-${form}-${paths}x${pathWidth}d`,
  input: { height: 16, width: 16, channels: 3 },
  classes: 10,
  stem: { kind: 'cifar', width: 256 },
  stages: [{ blocks: 1, width: 64, stride: 1 }],
  form,
});

export const forms: Idea<Rung> = {
  kind: 'forms',
  rungs: [{ paths: [32, 4] }],
  sketch: ({ paths }) => {
    const [a, b, c] = [blockOf('a', paths), blockOf('b', paths), blockOf('c', paths)];
    return {
      specs: [a, b, c],
      claims: [a, b].flatMap((form) => [
        claim('equal', 'parameters', form, c),
        claim('equal', 'outputDifference', form, c, roundingError.output),
        claim('equal', 'gradientDifference', form, c, roundingError.gradient),
        claim('faster', 'stepSeconds', c, form, 0),
      ]),
      equal: { measure: 'parameters', groups: [[a.name, b.name, c.name]] },
    };
  },
  recipe: { ...recipes.resnext, batch: 32 },
  seeds: 10,
};
