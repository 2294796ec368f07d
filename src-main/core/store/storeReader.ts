/** The history of all runs, to be read. */
import { dirname, join } from 'node:path';
import type { Calibration } from '../../shared/calibration.ts';
import type { Curve, Design, Run, RunDetail, SeriesName, Settings, SummaryChoice } from '../../shared/contract.ts';
import type { Settings as RunSettings } from '../../shared/run/settings.ts';
import type { Summary } from '../../shared/run/summary.ts';
import { readCalibration } from './calibrations.ts';
import * as checkpoints from './checkpoints.ts';
import type { CheckpointEntry } from './checkpoints.ts';
import { readEvents } from './events.ts';
import { listDesigns, readDesign } from './designs.ts';
import { withStoreFailures } from './faults.ts';
import type { ReadHandle } from './handle.ts';
import { readRunSettings, readSeeds, readTrash } from './history.ts';
import type { SeedsOfRecipe } from './history.ts';
import { readSeries, readSeriesOf } from './points.ts';
import type { CurveRange } from './points.ts';
import {
  findRunId,
  forksOf,
  listRuns,
  liveRuns,
  pacedRuns,
  readRun,
  readRunDetail,
  runNumber,
  waitingRuns,
} from './runs.ts';
import { readSettings } from './settings.ts';
import { listStudies, readStudy, studiesOf, studyRuns } from './studies.ts';
import type { StoredStudy } from './studies.ts';
import { listSweeps, readSweep, sweepRuns } from './sweeps.ts';
import type { StoredSweep } from './sweeps.ts';
import { WatchedReader } from './watched.ts';
import { readSummaries } from './summaries.ts';

/** Reading only. Every call may fail with `store.damaged`, those that name a run with `run.unknown`. */
export class StoreReader {
  /** The path of the database. */
  readonly file: string;
  readonly watched: WatchedReader;
  readonly #handle: ReadHandle;

  constructor(file: string, handle: ReadHandle) {
    this.file = file;
    this.#handle = handle;
    this.watched = new WatchedReader(handle, (work) => this.guard(work));
  }

  /** Runs, the newest first; those in the trash only where asked for, and then only those. */
  listRuns(which: { removed?: boolean | undefined } = {}): Run[] {
    return this.guard(() => listRuns(this.#handle, which));
  }

  /** The run of an id. */
  readRun(id: string): Run {
    return this.guard(() => readRun(this.#handle, id));
  }

  /** The run that a person means by an id's unique beginning or a unique name. Fails with `run.ambiguous`, too. */
  findRun(text: string): Run {
    return this.guard(() => readRun(this.#handle, findRunId(this.#handle, text)));
  }

  /** Everything about a run but its points. */
  readRunDetail(id: string): RunDetail {
    return this.guard(() =>
      this.#handle.snapshot(() => {
        const run = runNumber(this.#handle, id);
        const [events, checkpoints] = [readEvents(this.#handle, run), this.readCheckpoints(id)];
        const [forks, series] = [forksOf(this.#handle, id), readSeriesOf(this.#handle, run)];
        return { ...readRunDetail(this.#handle, id), events, checkpoints, forks, series };
      }),
    );
  }

  /** The checkpoints of a run, by step. */
  readCheckpoints(id: string): CheckpointEntry[] {
    return this.guard(() => checkpoints.readCheckpoints(this.#handle, runNumber(this.#handle, id), this.folderOf(id)));
  }

  /** Where a run's files lie. */
  folderOf(id: string): string {
    return join(dirname(this.file), 'runs', id);
  }

  /** A curve: every point where they fit into `range.points`, else first, last, lowest and highest are kept. */
  readCurve(id: string, series: SeriesName, range: CurveRange): Curve {
    const read = () => readSeries(this.#handle, runNumber(this.#handle, id), series, range);
    return this.guard(() => ({ run: id, series, ...read() }));
  }

  /** One number for each run and series, run by run; null where there is none. */
  readSummaries(ids: readonly string[], series: readonly SeriesName[], rule: SummaryChoice): (Summary | null)[] {
    return this.guard(() => this.#handle.snapshot(() => readSummaries(this.#handle, ids, series, rule)));
  }

  /** The names of all curves that a run has. */
  seriesOf(id: string): SeriesName[] {
    return this.guard(() => readSeriesOf(this.#handle, runNumber(this.#handle, id)));
  }

  /** Recipe and network of runs as flat fields; of all outside the trash where none are named. */
  readRunSettings(ids?: readonly string[]): { run: string; settings: RunSettings }[] {
    return this.guard(() => this.#handle.snapshot(() => readRunSettings(this.#handle, ids)));
  }

  /** The recipes of some runs, each once, with all its seeds outside the trash. */
  readSeeds(ids: readonly string[]): SeedsOfRecipe[] {
    return this.guard(() => this.#handle.snapshot(() => readSeeds(this.#handle, ids)));
  }

  /** Runs in the trash, the latest removed first, with the bytes of their checkpoints. */
  readTrash(): { run: Run; bytes: number }[] {
    return this.guard(() => this.#handle.snapshot(() => readTrash(this.#handle)));
  }

  /** Networks of one's own, the newest change first; removed ones only where asked for, and then only those. */
  listDesigns(removed = false): Design[] {
    return this.guard(() => listDesigns(this.#handle, removed));
  }

  /** Fails with `design.unknown`. */
  readDesign(id: string): Design {
    return this.guard(() => readDesign(this.#handle, id));
  }

  /** Ids of the runs that wait, in the order of the line, whichever program answers for them. */
  waitingLine(): string[] {
    return this.guard(() => waitingRuns(this.#handle).map(({ id }) => id));
  }

  /** Ids of the runs that are under way. */
  liveLine(): string[] {
    return this.guard(() => liveRuns(this.#handle).map(({ id }) => id));
  }

  /** Ids of the newest runs whose pace is known, the newest first. */
  pacedRuns(): string[] {
    return this.guard(() => pacedRuns(this.#handle));
  }

  /** All sweeps, the newest first. */
  listSweeps(): StoredSweep[] {
    return this.guard(() => listSweeps(this.#handle));
  }

  /** Fails with `sweep.unknown`. */
  readSweep(id: string): StoredSweep {
    return this.guard(() => readSweep(this.#handle, id));
  }

  /** The runs of a sweep outside the trash, trial by trial. */
  sweepRuns(id: string): Run[] {
    return this.guard(() => sweepRuns(this.#handle, id));
  }

  /** All studies but removed ones, the newest first. */
  listStudies(): StoredStudy[] {
    return this.guard(() => listStudies(this.#handle));
  }

  /** Fails with `study.unknown`. */
  readStudy(id: string): StoredStudy {
    return this.guard(() => readStudy(this.#handle, id));
  }

  /** The runs of every arm of a study outside the trash, by seed. */
  studyRuns(id: string): Run[][] {
    return this.guard(() => studyRuns(this.#handle, id));
  }

  /** Ids of the studies that a run belongs to. */
  studiesOf(run: string): string[] {
    return this.guard(() => studiesOf(this.#handle, run));
  }

  /** What was measured on a device with an engine; null where nothing was. */
  readCalibration(place: Pick<Calibration, 'device' | 'engine'>): Calibration | null {
    return this.guard(() => readCalibration(this.#handle, place));
  }

  readSettings(): Settings {
    return this.guard(() => readSettings(this.#handle));
  }

  close(): void {
    this.#handle.close();
  }

  /** Turns what the database throws into expected failures. */
  protected guard<Result>(work: () => Result): Result {
    return withStoreFailures(this.file, work);
  }
}
