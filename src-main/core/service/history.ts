/** Calls about the history as a whole. */
import { rmSync } from 'node:fs';
import type { CallInput, Run } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import { bandOf, thinBand } from '../../shared/run/band.ts';
import { hasEnded } from '../../shared/run/event.ts';
import type { RunChanges, Store } from '../store/open.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { tell } from '../../shared/told.ts';

type HistoryCalls = Omit<
  Pick<Handlers, Extract<keyof Handlers, `history.${string}`>>,
  'history.import' | 'history.export'
>;

/** More summaries than these would keep core busy for seconds. */
const mostSummaries = 200_000;

function mark(store: Store, asked: CallInput<'history.mark'>): Run[] {
  const { addTags = [], removeTags = [], note, starred, archived } = asked;
  return store.transaction(() =>
    asked.runs.map((text) => {
      const run = store.findRun(text);
      const kept = run.tags.filter((tag) => !removeTags.includes(tag));
      const changes: RunChanges = {
        tags: [...new Set([...kept, ...addTags])],
        ...(note === undefined ? {} : { note }),
        ...(starred === undefined ? {} : { starred }),
        ...(archived === undefined ? {} : { archivedAtMs: archived ? Date.now() : null }),
      };
      return store.changeRun(run.id, changes);
    }),
  );
}

/** Each recipe once, with all its seeds. */
function seeds(store: Store, { runs, series, rule }: CallInput<'history.seeds'>) {
  const recipes = store.readSeeds(runs.map((text) => store.findRun(text).id));
  return recipes.map(({ asked, members }) => {
    const summaries = store.readSummaries(
      members.map(({ id }) => id),
      [series],
      rule,
    );
    return {
      asked,
      members: members.map(({ id, seed, status }, index) => ({
        run: id,
        seed,
        finished: status === 'finished',
        value: summaries[index]?.value ?? null,
        step: summaries[index]?.step ?? null,
      })),
    };
  });
}

export function historyHandlers({ publish, store }: Context, folderOf: (run: string) => string): HistoryCalls {
  const changed = (runs: Run[]): Run[] => {
    publish(runs.map((run) => ({ kind: 'run', run })));
    return runs;
  };
  return {
    'history.summaries': ({ runs, series, rule }) => {
      if (runs.length * series.length > mostSummaries)
        throw expected('call.invalid', {
          call: 'history.summaries',
          problem: tell('more than {most} numbers', { most: mostSummaries }),
        });
      const found = store().readSummaries(runs, series, rule);
      return {
        values: Float64Array.from(found, (summary) => summary?.value ?? NaN),
        steps: Float64Array.from(found, (summary) => summary?.step ?? NaN),
      };
    },
    'history.settings': ({ runs }) =>
      store()
        .readRunSettings(runs)
        .map(({ run, settings }) => ({ run, settings: { ...settings } })),
    'history.seeds': (asked) => seeds(store(), asked),
    'history.bands': ({ groups, series, spread, smoothing, fromStep, toStep, points }) =>
      groups.flatMap((members, group) =>
        series.map((name) => {
          const range = { fromStep, toStep, smoothing, points: Number.MAX_SAFE_INTEGER };
          const band = bandOf(
            members.map((run) => store().readCurve(run, name, range)),
            spread,
          );
          return { group, series: name, ...thinBand(band, points), stored: band.steps.length };
        }),
      ),
    'history.mark': (asked) => changed(mark(store(), asked)),
    'history.remove': ({ runs, removed }) =>
      changed(
        store().transaction(() =>
          runs.map((text) => {
            const run = store().findRun(text);
            if (removed && !hasEnded(run)) throw expected('run.alive', { run: run.id });
            return store().changeRun(run.id, { removedAtMs: removed ? Date.now() : null });
          }),
        ),
      ),
    'history.trash': () => store().readTrash(),
    'history.purge': ({ runs }) => {
      const trash = store().readTrash();
      const chosen = trash.filter(({ run }) => !runs || runs.includes(run.id));
      // Rows first: files without a row are waste, rows without files would be a lie.
      store().transaction(() => chosen.forEach(({ run }) => store().deleteRun(run.id)));
      for (const { run } of chosen) rmSync(folderOf(run.id), { recursive: true, force: true });
      return { runs: chosen.map(({ run }) => run.id), bytes: chosen.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
  };
}
