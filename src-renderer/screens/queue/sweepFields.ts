/** What a sweep may vary, as the form offers it, and how its values are read. Pure. */
import { say } from '../../../src-main/shared/language.ts';
import type { Words } from '../../../src-main/shared/language.ts';
import type { SweepPlan, SweepSetting, Varied } from '../../../src-main/shared/sweep.ts';

/** The fields that people vary most; any other path can be written. */
export const offered: readonly { readonly path: string; readonly title: Words; readonly example: string }[] = [
  { path: 'recipe.learningRate', title: 'Learning rate', example: '0.05, 0.1, 0.2' },
  { path: 'recipe.weightDecay', title: 'Weight decay', example: '1e-4, 5e-4' },
  { path: 'recipe.batch', title: 'Batch', example: '64, 128' },
  { path: 'recipe.momentum', title: 'Momentum', example: '0.8, 0.9' },
  { path: 'recipe.labelSmoothing', title: 'Label smoothing', example: '0, 0.1' },
  { path: 'recipe.averageDecay', title: 'Average of weights', example: 'null, 0.99' },
  { path: 'network.widen', title: 'Widening k', example: '1, 2, 4' },
  { path: 'network.dropout.rate', title: 'Dropout', example: '0, 0.3' },
  { path: 'network.shortcut', title: 'Shortcut', example: 'A, B, none' },
  { path: 'network.survival.last', title: 'Survival of the last block', example: '0.8, 0.5' },
];

export const settingName = (path: string): string => {
  const field = offered.find((each) => each.path === path);
  return field ? say(field.title) : path.split('.').slice(1).join('.');
};

/** `0.1`, `true`, `null` are values; anything else is a word. */
function settingOf(text: string): SweepSetting {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : text;
}

/** One field of the form: values apart by commas, or a range as `0.01 … 1`. Null where nothing can be read from it. */
export function variedOf(path: string, text: string, logarithmic: boolean): Varied | null {
  const range = /^\s*([\d.eE+-]+)\s*(?:…|\.\.\.?|to)\s*([\d.eE+-]+)\s*$/.exec(text);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (!Number.isFinite(from) || !Number.isFinite(to) || from > to) return null;
    return { path, from, to, scale: logarithmic ? 'logarithmic' : path === 'recipe.batch' ? 'whole' : 'linear' };
  }
  const values = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(settingOf);
  return values.length > 0 ? { path, values } : null;
}

/** Trials of a plan before it is started. */
export const trialCount = ({ vary, trials }: Pick<SweepPlan, 'vary' | 'trials'>): number =>
  trials ?? vary.reduce((product, field) => product * ('values' in field ? field.values.length : 1), 1);
