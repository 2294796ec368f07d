/** The rule for one number of a curve, as it is written on the command line. */
import type { SummaryChoice } from '../shared/contract.ts';
import { WrongUsage } from './arguments.ts';

/** `last`, `best` or `mean5`: the mean of the last 5. */
export function ruleNamed(text = 'last'): SummaryChoice {
  const mean = /^mean(\d{1,3})$/.exec(text);
  if (mean && Number(mean[1]) > 0) return { kind: 'meanOfLast', count: Number(mean[1]) };
  if (text === 'last' || text === 'best') return { kind: text };
  throw new WrongUsage(`--rule wants last, best or mean5 (the mean of the last 5), not "${text}"`);
}
