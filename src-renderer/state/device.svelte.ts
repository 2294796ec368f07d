/** The device that runs get: what was measured on it, and what of its memory is free. */
import type { Change, Run } from '../../src-main/shared/contract.ts';
import type { Calibration } from '../../src-main/shared/calibration.ts';
import type { TrainingDevice } from '../../src-main/shared/network/prediction.ts';
import type { Api } from '../api.ts';
import type { Notices } from './notices.svelte.ts';
import type { Session } from './session.svelte.ts';

export class Device {
  readonly #api: Api;
  readonly #session: Session;
  readonly #notices: Notices;
  #calibration: Calibration | null = $state.raw(null);
  /** Trials done, while it is measured; null else. */
  #measuring: { readonly done: number; readonly total: number } | null = $state.raw(null);
  #wasFetched = $state(false);

  /** Free bytes of its memory; null where they are not known. */
  readonly freeBytes: number | null = $derived.by(() => {
    const { memoryUsedMiB: used = null, memoryTotalMiB: total = null } = this.#session.status?.device ?? {};
    return used === null || total === null ? null : (total - used) * 2 ** 20;
  });
  /** What predictions are made for. */
  readonly training: TrainingDevice = $derived.by(() => ({
    kind: this.#calibration?.kind ?? this.#session.status?.device.kind ?? 'cpu',
    freeBytes: this.freeBytes,
    calibration: this.#calibration,
  }));

  constructor(api: Api, session: Session, notices: Notices) {
    this.#api = api;
    this.#session = session;
    this.#notices = notices;
  }

  get calibration() {
    return this.#calibration;
  }
  get measuring() {
    return this.#measuring;
  }
  /** Whether it was looked up, so that no calibration means that there is none. */
  get wasFetched() {
    return this.#wasFetched;
  }

  async fetch(): Promise<void> {
    this.#calibration = await this.#api.call('device.calibration', {});
    this.#wasFetched = true;
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes)
      if (change.kind === 'calibration') {
        this.#measuring = change.calibration ? null : { done: change.done, total: change.total };
        this.#calibration = change.calibration ?? this.#calibration;
      } else if (change.kind === 'settings' || change.kind === 'engine') void this.fetch().catch(() => undefined);
  }

  /** Bytes of its memory that a run took, which the engine does not give back while it trains; null where none were noted. */
  async memoryOf(run: Run): Promise<number | null> {
    const series = run.device?.kind === 'gpu' ? 'device/memoryMiB' : 'process/memoryMiB';
    const { values } = await this.#api.call('history.summaries', {
      runs: [run.id],
      series: [series],
      rule: { kind: 'last' },
    });
    const mebibytes = values[0] ?? NaN;
    return Number.isNaN(mebibytes) ? null : mebibytes * 2 ** 20;
  }

  /** Measures it anew, which takes up to 20 seconds. */
  async measure(): Promise<void> {
    if (this.#measuring) return;
    this.#measuring = { done: 0, total: 1 };
    try {
      this.#calibration = await this.#api.call('device.calibrate', {});
    } catch (thrown) {
      this.#notices.failed(thrown);
    } finally {
      this.#measuring = null;
    }
  }
}
