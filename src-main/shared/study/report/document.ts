/** What a report says, whatever it is written in: headings, sentences, tables, pictures, code. Pure. */
import type { Part, StudyDetail } from '../../contract.ts';
import { describeFailure } from '../../failure.ts';
import type { Failure } from '../../failure.ts';
import { figuresOf } from '../figures.ts';
import { formulaOf } from '../formula.ts';
import { paperFigures, paperTimes } from '../papers.ts';
import { riskAt } from '../judge.ts';
import { isTimed, measureNames } from '../plan.ts';
import type { MeasureName, StudyPlan } from '../plan.ts';
import { tolerance } from '../builtIn/idea.ts';
import { scaledInWords } from '../words/words.ts';
import type { Speech } from '../words/words.ts';

export type Piece =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'verdict'; readonly text: string; readonly finding: NonNullable<StudyDetail['study']['finding']> }
  | { readonly kind: 'formula'; readonly lines: readonly string[] }
  /** Cells are texts; columns of numbers stand to the right. */
  | {
      readonly kind: 'table';
      readonly head: readonly { readonly text: string; readonly right?: boolean }[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'picture'; readonly title: string; readonly svg: string }
  | { readonly kind: 'code'; readonly title: string; readonly text: string };

export interface Document {
  readonly title: string;
  readonly pieces: readonly Piece[];
}

const right = (text: string) => ({ text, right: true });
const left = (text: string) => ({ text });

/** Told elsewhere: `parameters` have a column of their own, `skippedShare` a sentence. */
const toldElsewhere: ReadonlySet<MeasureName> = new Set(['parameters', 'skippedShare']);

/** Every arm with what was measured of it; columns nobody has a number for are left out. */
export function armsTable({ arms }: StudyDetail, speech: Speech): Piece & { kind: 'table' } {
  const { words, number, count, value, spread } = speech;
  const measures = measureNames.filter(
    (measure) =>
      !toldElsewhere.has(measure) && arms.some(({ measured }) => measured.some((each) => each.measure === measure)),
  );
  const isDrawn = arms.some(({ macs, expectedMacs }) => expectedMacs < macs);
  return {
    kind: 'table',
    head: [
      left(words.table.arm),
      right(words.table.layers),
      right(words.table.parameters),
      right(words.table.macs),
      ...(isDrawn ? [right(words.table.trained)] : []),
      right(words.table.seeds),
      ...measures.map((measure) => right(words.measures[measure])),
    ],
    rows: arms.map((arm) => [
      arm.name,
      number(arm.layers),
      count(arm.parameters),
      count(arm.macs),
      ...(isDrawn ? [count(arm.expectedMacs)] : []),
      number(Math.max(arm.finished, ...arm.measured.map(({ samples }) => samples.length))),
      ...measures.map((measure) => {
        const found = arm.measured.find((each) => each.measure === measure);
        if (!found) return '–';
        return found.margin === null ? value(measure, found.mean) : spread(measure, found.mean, found.margin);
      }),
    ]),
  };
}

/** What the blocks left out cost, beside the time that was saved; null where that is not asked. */
export function skippedInWords({ arms, parts }: Pick<StudyDetail, 'arms' | 'parts'>, speech: Speech): string | null {
  for (const { claim, effect } of parts) {
    if (claim.says !== 'faster' || effect === null) continue;
    const arm = arms.find(({ name }) => name === claim.first.arm);
    const share = arm?.measured.find(({ measure }) => measure === 'skippedShare');
    if (!arm || !share) continue;
    const { words, percent, number, spread } = speech;
    const apart = words.units.points(number(Math.abs(100 * (effect.value - share.mean)), 1));
    return words.verdict.skipped(
      arm.name,
      share.margin === null ? percent(share.mean) : spread('skippedShare', share.mean, share.margin),
      percent(effect.value),
      apart,
    );
  }
  return null;
}

export const partsTable = (
  parts: readonly Part[],
  { words, claim, effect, method }: Speech,
): Piece & { kind: 'table' } => ({
  kind: 'table',
  head: [left(words.table.part), right(words.table.found), left(words.table.method), left(words.table.finding)],
  rows: parts.map((part) => [claim(part.claim), effect(part), method(part), words.parts[part.finding]]),
});

/** How many seeds are missing, and how long they would take; null where nothing is open. */
export function moreInWords(
  { study, moreSeeds, moreSeconds }: StudyDetail,
  { words, number, duration }: Speech,
): string | null {
  if (study.finding !== 'undecided') return null;
  if (moreSeeds === null) return words.verdict.moreUnknown;
  return words.verdict.more(number(moreSeeds), duration(moreSeconds ?? 0));
}

/** A verdict counts as that of a short training below this share of the papers' epochs. */
const shortShare = 0.5;

/** That a verdict comes of much shorter training than the papers'; null where it does not, or there is none. */
export function shortInWords(
  { study, extent, fullExtent }: Pick<StudyDetail, 'study' | 'extent' | 'fullExtent'>,
  { words, number }: Speech,
): string | null {
  if (!study.finding || !extent || !fullExtent || extent.epochs >= shortShare * fullExtent.epochs) return null;
  return words.verdict.short(number(extent.epochs, 1), number(fullExtent.epochs));
}

/** Sentences that say how the verdict was reached. */
export function ruleInWords({ plan, grown }: StudyDetail, { words, number, percent, sentences }: Speech): string {
  const isWithin = plan.claims.some(({ says }) => says === 'notLower');
  return sentences([
    words.verdict.rule,
    isWithin ? words.verdict.margin(words.units.points(number(100 * tolerance))) : null,
    plan.kind === 'forms' ? words.verdict.exact : null,
    isTimed(plan) ? words.verdict.turns : null,
    grown > 0 ? words.verdict.grown(grown, percent(1 - riskAt(grown) / 2, 2)) : null,
  ]);
}

/** What stands below the papers' figures: that they are no targets, and the time of an epoch where it was read. */
export function papersNote({ plan }: { readonly plan: Pick<StudyPlan, 'kind'> }, speech: Speech): string {
  const { words, duration, percent, sentences } = speech;
  const time = plan.kind === 'own' ? undefined : paperTimes[plan.kind];
  return sentences([
    words.report.papersNote,
    time
      ? words.report.paperTime(
          `${time.network} (${time.dataset}, ${time.paper})`,
          duration(time.without),
          duration(time.with),
          percent(1 - time.with / time.without, 0),
        )
      : null,
  ]);
}

/** The papers' figures; null where there are none for this question. */
export function papersTable(
  { plan }: { readonly plan: Pick<StudyPlan, 'kind'> },
  speech: Speech,
): (Piece & { kind: 'table' }) | null {
  const { words, percent } = speech;
  const figures = plan.kind === 'own' ? [] : paperFigures[plan.kind];
  if (figures.length === 0) return null;
  const { table } = words;
  return {
    kind: 'table',
    head: [
      left(table.network),
      left(table.data),
      right(table.error),
      left(table.how),
      left(table.statistic),
      left(table.source),
    ],
    rows: figures.map(({ network, dataset, error, preprocessing, statistic, paper, place }) => [
      network,
      dataset,
      percent(error / 100, 2),
      words.preprocessing[preprocessing],
      words.statistics[statistic],
      words.report.source(paper, words.places[place]),
    ]),
  };
}

/** The command that asks the same question again. */
export function commandOf({ study, plan, arms }: StudyDetail): string {
  const start = 'npm -s start --';
  if (plan.kind === 'own') return `${start} study make ${arms.flatMap(({ runs }) => runs.slice(0, 1)).join(' ')}`;
  const name = plan.kind === 'halfDepth' ? 'half-depth' : plan.kind;
  const budget = plan.budgetSeconds === null ? 'full' : `${Math.round(plan.budgetSeconds)}s`;
  return `${start} study run ${name} --budget ${budget} --seeds ${study.seeds} --data ${study.data}`;
}

/** @param atMs when the report is made */
export function documentOf(detail: StudyDetail, speech: Speech, atMs: number): Document {
  const { study, plan, parts } = detail;
  const { words } = speech;
  const kind = words.kinds[plan.kind];
  const scaled = scaledInWords(speech, plan, detail.extent, detail.fullExtent);
  const more = moreInWords(detail, speech);
  const papers = papersTable(detail, speech);
  const seeds = [
    ...new Set(
      detail.arms.flatMap(({ measured }) => measured.flatMap(({ samples }) => samples.map(({ seed }) => seed))),
    ),
  ];
  const text = (sentence: string | null): Piece[] => (sentence ? [{ kind: 'text', text: sentence }] : []);
  const heading = (title: string): Piece => ({ kind: 'heading', text: title });
  const title = study.name === study.kind ? kind.name : study.name;
  const formula = formulaOf(plan);
  return {
    title: words.report.title(title),
    pieces: [
      ...text(words.report.made(speech.date(atMs))),
      ...text(kind.question),
      study.finding
        ? { kind: 'verdict', text: words.findings[study.finding], finding: study.finding }
        : { kind: 'text', text: words.verdict.sofar },
      ...text(shortInWords(detail, speech)),
      ...text(more),
      heading(words.page.idea),
      ...text(kind.idea),
      ...(formula.length > 0 ? [{ kind: 'formula', lines: formula } as const] : []),
      ...text(scaled),
      heading(words.page.result),
      partsTable(parts, speech),
      ...text(skippedInWords(detail, speech)),
      ...text(ruleInWords(detail, speech)),
      armsTable(detail, speech),
      ...figuresOf(detail, speech).map((figure): Piece => ({ kind: 'picture', ...figure })),
      ...detail.problems.map(({ arm, failure }): Piece => {
        const { title: what, advice } = describeFailure(failure as Failure);
        return { kind: 'text', text: `${arm ? `${arm}: ` : ''}${what} ${advice}` };
      }),
      heading(words.report.papers),
      ...(papers ? [papers, ...text(papersNote(detail, speech))] : text(words.report.noPapers)),
      heading(words.report.provenance),
      {
        kind: 'table',
        head: [left(words.report.conditions), left('')],
        rows: [
          [words.table.data, `${study.dataName}${detail.dataset ? ` (${detail.dataset.hash})` : ''}`],
          ...Object.entries(detail.provenance).map(([key, value]) => [words.provenance[key] ?? key, value]),
        ],
      },
      ...text(words.report.seedsOf(seeds.join(', '))),
      { kind: 'code', title: words.report.repeat, text: commandOf(detail) },
      heading(words.report.recipes),
      ...plan.arms.map((arm): Piece => ({
        kind: 'code',
        title: arm.name,
        text: JSON.stringify({ network: arm.spec, recipe: arm.recipe }, null, 2),
      })),
    ],
  };
}
