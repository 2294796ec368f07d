/** How runs are compared, as words of the address and back. Pure. */
import type { SummaryChoice } from '../../../src-main/shared/contract.ts';
import { spreads } from '../../../src-main/shared/run/band.ts';
import type { Spread } from '../../../src-main/shared/run/band.ts';
import { isAxis } from '../../charts/axes.ts';
import type { Axis } from '../../charts/axes.ts';
import type { Look } from '../../routes.ts';

export interface CompareLook {
  readonly axis: Axis;
  readonly xLog: boolean;
  readonly yLog: boolean;
  readonly smoothing: number;
  /** `members`: every run; else the mean of its seeds with this band. */
  readonly seeds: 'members' | Spread;
  readonly withTraining: boolean;
  /** Part of the x axis. */
  readonly zoom: readonly [from: number, to: number] | null;
  /** The run that others are measured by. */
  readonly baseline: string | null;
  readonly rule: SummaryChoice;
  /** The two runs that are looked into. */
  readonly inside: readonly [first: string, second: string] | null;
}

export const usualLook: CompareLook = {
  axis: 'epoch',
  xLog: false,
  yLog: false,
  smoothing: 0,
  seeds: 'members',
  withTraining: true,
  zoom: null,
  baseline: null,
  rule: { kind: 'last' },
  inside: null,
};

const rules: Readonly<Record<string, SummaryChoice>> = {
  last: { kind: 'last' },
  best: { kind: 'best' },
  mean5: { kind: 'meanOfLast', count: 5 },
};
export const ruleNames = Object.keys(rules);
export const ruleNamed = (name: string): SummaryChoice => rules[name] ?? usualLook.rule;
export const nameOfRule = (rule: SummaryChoice): string =>
  ruleNames.find((name) => JSON.stringify(rules[name]) === JSON.stringify(rule)) ?? 'last';

export function compareLookOf(look: Look = {}): CompareLook {
  const [first, second] = (look['inside'] ?? '').split('~');
  const [from, to] = (look['zoom'] ?? '').split('~').map(Number);
  const smoothing = Number(look['smooth'] ?? 0);
  const spread = spreads.find((each) => each === look['seeds']);
  return {
    axis: isAxis(look['x']) ? look['x'] : usualLook.axis,
    xLog: look['log']?.includes('x') ?? false,
    yLog: look['log']?.includes('y') ?? false,
    smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0,
    seeds: spread ?? 'members',
    withTraining: look['train'] !== 'off',
    zoom: from !== undefined && to !== undefined && to > from ? [from, to] : null,
    baseline: look['base'] ?? null,
    rule: ruleNamed(look['rule'] ?? 'last'),
    inside: first && second ? [first, second] : null,
  };
}

export function lookOfCompare(look: CompareLook): Look {
  return {
    x: look.axis === usualLook.axis ? '' : look.axis,
    log: `${look.xLog ? 'x' : ''}${look.yLog ? 'y' : ''}`,
    smooth: look.smoothing === 0 ? '' : String(look.smoothing),
    seeds: look.seeds === 'members' ? '' : look.seeds,
    train: look.withTraining ? '' : 'off',
    zoom: look.zoom ? look.zoom.map((x) => Number(x.toPrecision(7))).join('~') : '',
    base: look.baseline ?? '',
    rule: nameOfRule(look.rule) === 'last' ? '' : nameOfRule(look.rule),
    inside: look.inside?.join('~') ?? '',
  };
}
