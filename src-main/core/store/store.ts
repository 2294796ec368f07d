/** The history of all runs, as the rest of core sees it. All SQL lies behind it. */
import type { Design, Run, Settings } from '../../shared/contract.ts';
import type { Calibration } from '../../shared/calibration.ts';
import { interruptAbandoned } from './abandoned.ts';
import { writeCalibration } from './calibrations.ts';
import * as checkpoints from './checkpoints.ts';
import type { CheckpointEntry } from './checkpoints.ts';
import { addEvent } from './events.ts';
import type { RunEventLine } from './events.ts';
import { addDesign, changeDesign, setDesignRemoved } from './designs.ts';
import type { DesignContent } from './designs.ts';
import type { WriteHandle } from './handle.ts';
import { forgetOpening } from './openings.ts';
import { deleteRun } from './history.ts';
import { PointWriter } from './points.ts';
import type { NewPoint } from './points.ts';
import { isAlive } from './process.ts';
import type { ProcessMark } from './process.ts';
import { addRun, changeRun, moveRun, ownRun, runNumber, waitingRuns } from './runs.ts';
import type { NewRun, RunChanges } from './runs.ts';
import { writeSettings } from './settings.ts';
import { addStudy, addStudyRun, changeStudy } from './studies.ts';
import type { NewStudy, StoredStudy, StudyChanges } from './studies.ts';
import { addSweep } from './sweeps.ts';
import type { StoredSweep } from './sweeps.ts';
import { WatchedStore } from './watched.ts';
import { StoreReader } from './storeReader.ts';

/**
 * Reading and writing. What a call wrote is on the disk when it returns, or when the transaction around it does.
 * Writing may fail with `disk.full`, `folder.denied`, `store.busy`, `store.failing`; nothing is changed then.
 */
export class Store extends StoreReader {
  /** Runs that were found alive without their program when the store was opened, and are now `interrupted`. */
  readonly interrupted: readonly Run[];
  override readonly watched: WatchedStore;
  readonly #handle: WriteHandle;
  readonly #owner: ProcessMark;
  readonly #points: PointWriter;
  #depth = 0;

  constructor(file: string, handle: WriteHandle, owner: ProcessMark, interrupted: readonly Run[]) {
    super(file, handle);
    this.watched = new WatchedStore(
      handle,
      (work) => this.guard(work),
      (work) => this.transaction(work),
    );
    this.interrupted = interrupted;
    this.#handle = handle;
    this.#owner = owner;
    this.#points = new PointWriter(handle);
  }

  /** Does all of `work` or nothing of it. Inside another transaction it is a part of that one. */
  transaction<Result>(work: () => Result): Result {
    if (this.#depth > 0) return work();
    this.#depth++;
    try {
      return this.guard(() => this.#handle.transaction(work));
    } catch (error) {
      this.#points.forget();
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Makes a run, queued where nothing else is said, owned by this process, with an id and a colour for ever. */
  addRun(run: NewRun): Run {
    return this.transaction(() => this.readRun(addRun(this.#handle, run, this.#owner)));
  }

  /** Changes the fields that are named. */
  changeRun(id: string, changes: RunChanges): Run {
    return this.transaction(() => {
      changeRun(this.#handle, id, changes);
      return this.readRun(id);
    });
  }

  /** Deletes a run with its points and its log; its files are the caller's. */
  deleteRun(id: string): void {
    this.transaction(() => {
      deleteRun(this.#handle, id);
      this.#points.forget();
    });
  }

  /** Notes a sweep and returns its id. */
  addSweep(sweep: Pick<StoredSweep, 'name' | 'plan' | 'trials'>): string {
    return this.transaction(() => addSweep(this.#handle, sweep));
  }

  /** Notes a study with runs of each of its arms and returns its id. */
  addStudy(study: NewStudy, runs: readonly (readonly Run[])[] = []): string {
    return this.transaction(() => {
      const id = addStudy(this.#handle, study);
      this.addStudyRuns(id, runs);
      return id;
    });
  }

  /** Notes more runs of each arm of a study. */
  addStudyRuns(id: string, runs: readonly (readonly Run[])[]): void {
    this.transaction(() =>
      runs.forEach((own, arm) => own.forEach((run) => addStudyRun(this.#handle, id, arm, run.id))),
    );
  }

  /** Changes the fields that are named. Fails with `study.unknown`. */
  changeStudy(id: string, changes: StudyChanges): StoredStudy {
    return this.transaction(() => {
      changeStudy(this.#handle, id, changes);
      return this.readStudy(id);
    });
  }

  /** Moves a waiting run before another one, or to the end of the line with null. */
  moveRun(id: string, before: string | null): void {
    this.transaction(() => moveRun(this.#handle, id, before));
  }

  /** Makes this process answer for a run that another one began. */
  ownRun(id: string): void {
    this.transaction(() => ownRun(this.#handle, id, this.#owner));
  }

  /** Makes this process answer for the runs that wait and whose program is gone; returns them, the oldest first. */
  adoptWaiting(): Run[] {
    return this.transaction(() =>
      waitingRuns(this.#handle)
        .filter((run) => !isAlive(run.owner))
        .map(({ id }) => {
          ownRun(this.#handle, id, this.#owner);
          return this.readRun(id);
        }),
    );
  }

  /** Adds points of any series; steps of a series rise. A value that is null or not finite is a gap. */
  appendPoints(id: string, points: Iterable<NewPoint>): void {
    this.transaction(() => this.#points.append(runNumber(this.#handle, id), points));
  }

  /** Packs all points of a run that has ended. It can still go on later. */
  sealPoints(id: string): void {
    this.transaction(() => this.#points.sealAll(runNumber(this.#handle, id)));
  }

  /** Adds a line to a run's log. */
  addEvent(id: string, line: RunEventLine): void {
    this.transaction(() => addEvent(this.#handle, runNumber(this.#handle, id), line));
  }

  /** Notes a checkpoint whose file is whole and synced. */
  addCheckpoint(id: string, checkpoint: CheckpointEntry): void {
    this.transaction(() => checkpoints.addCheckpoint(this.#handle, runNumber(this.#handle, id), checkpoint));
  }

  /** Pins a checkpoint, or lets it go. @returns whether there is one of this step. */
  pinCheckpoint(id: string, step: number, pinned: boolean): boolean {
    return this.transaction(() => checkpoints.pinCheckpoint(this.#handle, runNumber(this.#handle, id), step, pinned));
  }

  /** Strikes out what need not be kept any more and returns it; the files are the caller's, once this is committed. */
  retireCheckpoints(id: string): CheckpointEntry[] {
    return this.transaction(() =>
      checkpoints.retireCheckpoints(this.#handle, runNumber(this.#handle, id), this.folderOf(id)),
    );
  }

  /**
   * Takes back what a run has told of the steps after `step`: points, looks, evaluations, checkpoints. Returns the
   * checkpoints; their files are the caller's, once this is committed.
   */
  supersedeAfter(id: string, step: number): CheckpointEntry[] {
    return this.transaction(() => {
      const run = runNumber(this.#handle, id);
      this.#points.cutAfter(run, step);
      this.watched.forgetAfter(id, step);
      return checkpoints.removeCheckpointsAfter(this.#handle, run, step, this.folderOf(id));
    });
  }

  /** Strikes a checkpoint out; its file is the caller's. */
  removeCheckpoint(id: string, step: number, file: string): void {
    this.transaction(() => checkpoints.removeCheckpoint(this.#handle, runNumber(this.#handle, id), step, file));
  }

  /** Keeps a new network of one's own. */
  addDesign(content: DesignContent): Design {
    return this.transaction(() => this.readDesign(addDesign(this.#handle, content)));
  }

  /** Changes a network of one's own; a removed one comes back. Fails with `design.unknown`. */
  changeDesign(id: string, content: DesignContent): Design {
    return this.transaction(() => {
      changeDesign(this.#handle, id, content);
      return this.readDesign(id);
    });
  }

  /** Takes a network out of sight or brings it back. Fails with `design.unknown`. */
  setDesignRemoved(id: string, removed: boolean): Design {
    return this.transaction(() => {
      setDesignRemoved(this.#handle, id, removed);
      return this.readDesign(id);
    });
  }

  /** Keeps what was measured on a device instead of what was before. */
  writeCalibration(calibration: Calibration): void {
    this.transaction(() => writeCalibration(this.#handle, calibration));
  }

  /** Changes the named settings and returns all. */
  writeSettings(changes: Partial<Settings>): Settings {
    return this.transaction(() => {
      writeSettings(this.#handle, changes);
      return this.readSettings();
    });
  }

  /** Marks runs as `interrupted` whose program has ended since, and returns them. */
  interruptAbandoned(): Run[] {
    return this.guard(() => interruptAbandoned(this.#handle));
  }

  /** A number that changes whenever another program has written to the database. */
  foreignVersion(): number {
    return this.guard(() => this.#handle.pragma('data_version') as number);
  }

  /** Folds the log into the database; for a quiet moment. */
  tidy(): void {
    this.guard(() => this.#handle.pragma('wal_checkpoint(TRUNCATE)'));
  }

  /** Closes the database and notes that it was closed. Closing never fails. */
  override close(): void {
    try {
      this.#handle.transaction(() => forgetOpening(this.#handle, this.#owner));
      this.tidy();
    } catch {
      // A full disk must not keep the program from ending; the next start checks the file.
    }
    this.#handle.close();
  }
}
