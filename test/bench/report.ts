/** What a benchmark found: rows of times and rows of bounds, as a table or as JSON. */
import { table } from '../../src-main/cli/table.ts';
import { median } from './timing.ts';
import type { Times } from './timing.ts';

/** A figure that must not be passed. */
export interface Bound {
  readonly what: string;
  readonly value: number;
  readonly relation: '≤' | '≥';
  readonly bound: number;
  readonly ok: boolean;
}

export interface Timing {
  readonly what: string;
  readonly contender: string;
  readonly steps: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** A statement of a paper beside what this machine says. */
export interface Claim {
  readonly claim: string;
  readonly quantity: string;
  readonly paper: string;
  readonly ours: string;
  readonly holds: boolean;
}

export interface Report {
  readonly timings: readonly Timing[];
  readonly bounds: readonly Bound[];
  readonly claims: readonly Claim[];
  /** Contenders that could not run, each with a sentence. */
  readonly failures: readonly string[];
}

export const nothing: Report = { timings: [], bounds: [], claims: [], failures: [] };

/** Several reports as one. */
export const together = (reports: readonly Report[]): Report => ({
  timings: reports.flatMap(({ timings }) => timings),
  bounds: reports.flatMap(({ bounds }) => bounds),
  claims: reports.flatMap(({ claims }) => claims),
  failures: reports.flatMap(({ failures }) => failures),
});

export const timingOf = (what: string, { name, times }: Times): Timing => ({
  what,
  contender: name,
  steps: times.length,
  medianMs: median(times),
  minMs: Math.min(...times),
  maxMs: Math.max(...times),
});

export const atMost = (what: string, value: number, bound: number): Bound => ({
  what,
  value,
  relation: '≤',
  bound,
  ok: value <= bound,
});

export const atLeast = (what: string, value: number, bound: number): Bound => ({
  what,
  value,
  relation: '≥',
  bound,
  ok: value >= bound,
});

/** Whether no bound was missed and every contender ran. A claim of a paper may well not hold on a machine. */
export const isGood = ({ bounds, failures }: Report): boolean => failures.length === 0 && bounds.every(({ ok }) => ok);

const ms = (value: number) => value.toFixed(value < 100 ? 1 : 0);

/** The lines of a report for people. */
export function lines({ timings, bounds, claims, failures }: Report): string[] {
  const parts = [
    table(timings, [
      { title: 'step time', text: ({ what }) => what },
      { title: 'by', text: ({ contender }) => contender },
      { title: 'steps', text: ({ steps }) => String(steps), right: true },
      { title: 'median ms', text: ({ medianMs }) => ms(medianMs), right: true },
      { title: 'min', text: ({ minMs }) => ms(minMs), right: true },
      { title: 'max', text: ({ maxMs }) => ms(maxMs), right: true },
    ]),
    table(bounds, [
      { title: 'ratio', text: ({ what }) => what },
      { title: 'value', text: ({ value }) => value.toFixed(3), right: true },
      { title: 'bound', text: ({ relation, bound }) => `${relation} ${bound.toFixed(3)}`, right: true },
      { title: '', text: ({ ok }) => (ok ? 'ok' : 'MISSED') },
    ]),
    table(claims, [
      { title: 'claim', text: ({ claim }) => claim },
      { title: 'quantity', text: ({ quantity }) => quantity },
      { title: 'paper', text: ({ paper }) => paper, right: true },
      { title: 'ours', text: ({ ours }) => ours, right: true },
      { title: '', text: ({ holds }) => (holds ? 'holds' : 'does not hold on this machine') },
    ]),
    failures,
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}
