/** The history as it is listed: seeds of one group as one row, smoke and crashed runs folded away. Pure. */
import type { Run } from '../contract.ts';
import { passes } from './filter.ts';
import type { Filter } from './filter.ts';
import { sorted } from './field.ts';
import type { Field, HistoryRow, RuledSeries } from './field.ts';
import { spreadOf } from './verdict.ts';

/** Seeds of one group. Its numbers are those of all members outside the trash, whatever is shown. */
export interface SeedsRow extends HistoryRow {
  readonly members: readonly HistoryRow[];
  /** Mean and standard deviation of the members that have a number; null where fewer than two have. */
  readonly spread: (series: RuledSeries) => { readonly mean: number; readonly deviation: number } | null;
}

export type ListItem =
  | { readonly kind: 'run'; readonly row: HistoryRow; readonly isMember: boolean }
  | { readonly kind: 'seeds'; readonly group: string; readonly row: SeedsRow; readonly isOpen: boolean };

const over = new Set<Run['status']>(['finished', 'stopped', 'interrupted', 'failed']);
/** Fewer steps than these try whether something runs at all. */
const smokeSteps = 20;
/** What has just happened stays in sight. */
const freshMs = 3_600_000;

/** Why a run is folded away; null where it is not. What a person marked, and what is fresh, never is. */
export function foldedAs(run: Run, nowMs: number): 'smoke' | 'crashed' | null {
  if (!over.has(run.status) || run.starred || run.tags.length > 0 || run.note !== '') return null;
  if (nowMs - (run.endedAtMs ?? run.createdAtMs) < freshMs) return null;
  if (run.status === 'failed' || (run.status === 'interrupted' && run.test === null)) return 'crashed';
  return run.step < smokeSteps ? 'smoke' : null;
}

function seedsRow(members: readonly HistoryRow[]): SeedsRow {
  const first = members[0] as HistoryRow;
  const numbers = (series: RuledSeries) =>
    members.map((member) => member.number(series)).filter((value): value is number => value !== null);
  return {
    ...first,
    members,
    number: (series) => {
      const own = numbers(series);
      return own.length === 0 ? null : spreadOf(own).mean;
    },
    spread: (series) => {
      const own = numbers(series);
      return own.length < 2 ? null : spreadOf(own);
    },
  };
}

export interface ListChoice {
  readonly filter: Filter;
  readonly sort: Field;
  readonly isFalling: boolean;
  /** Whether seeds of a group are one row. */
  readonly grouped: boolean;
  /** Groups that are open. */
  readonly open: ReadonlySet<string>;
  /** Whether runs that are folded away and archived ones are listed, too. */
  readonly withFolded: boolean;
  readonly withArchived: boolean;
  readonly field: (name: string) => Field | null;
}

export interface Listing {
  readonly items: ListItem[];
  /** Runs that pass the filter, members of closed groups included. */
  readonly shown: number;
  readonly smoke: number;
  readonly crashed: number;
  readonly archived: number;
}

const wordsOf = ({ run }: HistoryRow) => [
  run.id,
  run.name,
  run.network,
  run.family,
  run.dataName,
  run.data,
  run.status,
  ...run.tags,
];

/** Whether a row passes a filter. */
export const rowPasses = (row: HistoryRow, filter: Filter, field: (name: string) => Field | null): boolean =>
  passes(
    filter,
    (name) => field(name)?.value(row) ?? null,
    () => wordsOf(row),
  );

/** All runs outside the trash → what the table shows, in its order. */
export function listRows(all: readonly HistoryRow[], choice: ListChoice): Listing {
  const counts = { smoke: 0, crashed: 0, archived: 0 };
  const passing = all.filter((row) => {
    if (!rowPasses(row, choice.filter, choice.field)) return false;
    if (row.run.archivedAtMs !== null && !choice.withArchived) {
      counts.archived++;
      return false;
    }
    const folded = foldedAs(row.run, row.nowMs);
    if (folded) counts[folded]++;
    return folded === null || choice.withFolded;
  });
  const members = new Map<string, HistoryRow[]>();
  if (choice.grouped)
    for (const row of all) {
      if (row.run.group === null) continue;
      const group = members.get(row.run.group);
      if (group) group.push(row);
      else members.set(row.run.group, [row]);
    }
  const groups = new Map<string, SeedsRow>();
  const rows: HistoryRow[] = [];
  for (const row of passing) {
    const group = row.run.group === null ? null : row.run.group;
    const own = group === null ? undefined : members.get(group);
    if (group === null || !own || own.length < 2) rows.push(row);
    else if (!groups.has(group)) {
      const seeds = seedsRow(own);
      groups.set(group, seeds);
      rows.push(seeds);
    }
  }
  const items = sorted(rows, choice.sort, choice.isFalling).flatMap((row): ListItem[] => {
    if (!('members' in row)) return [{ kind: 'run', row, isMember: false }];
    const seeds = row as SeedsRow;
    const group = seeds.run.group as string;
    const isOpen = choice.open.has(group);
    const own = [...seeds.members].sort((a, b) => a.run.seed - b.run.seed);
    return [
      { kind: 'seeds', group, row: seeds, isOpen },
      ...(isOpen ? own.map((member): ListItem => ({ kind: 'run', row: member, isMember: true })) : []),
    ];
  });
  return { items, shown: passing.length, ...counts };
}
