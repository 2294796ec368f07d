/**
 * The training engine as core and its callers see it: its status, its installation, and which device a run gets.
 */
import {
  deviceReport,
  engineWheels,
  flavourFor,
  findCard,
  installEngine,
  InstallControl,
  Interrupted,
  locateEngine,
  otherEngines,
  removeEngine,
  removeOlderEngines,
  SetupFailure,
} from '../../setup/engine.mjs';
import { expected, failureOf } from '../../shared/failure.ts';
import type { EngineStatus } from '../../shared/contract.ts';
import type { DeviceKind } from './lock.ts';
import { retold, tell } from '../../shared/told.ts';
import type { Telling, Told } from '../../shared/told.ts';

/** An engine to train with. */
export interface ReadyEngine {
  readonly folder: string;
  readonly addon: string;
  readonly flavour: 'cpu' | 'cuda';
  /** Version of TensorFlow. */
  readonly version: string;
  /** False where gradients of grouped convolutions are wrong, so that they must be split. */
  readonly groupedGradients: boolean;
}

export interface ChosenDevice {
  readonly kind: DeviceKind;
  readonly engine: ReadyEngine;
  /** Said aloud where a card is present and the run gets the processor. */
  readonly problem: { readonly reason: Telling; readonly mend: Telling } | null;
}

type Problem = NonNullable<EngineStatus['problem']>;
type Report = Awaited<ReturnType<typeof deviceReport>>;

/** A failure of the set-up in the catalogue's terms; anything else is passed on. */
function asExpected(thrown: unknown): unknown {
  return thrown instanceof SetupFailure
    ? expected('setup.failed', { title: told(thrown.told.title), advice: told(thrown.told.advice) })
    : thrown;
}

/** The one engine of a process. */
export class Engine {
  readonly #cache: { readonly cache?: string };
  readonly #onChange: (status: EngineStatus) => void;
  #control: InstallControl | null = null;
  #installation: Promise<void> = Promise.resolve();
  #progress: EngineStatus['progress'] = null;
  #installProblem: Problem | null = null;
  /** Report on the engine in a folder; asked again after an installation. */
  #reported: { folder: string; report: Promise<Report> } | null = null;
  /** The card, asked once: the driver takes its time. */
  #card: Promise<Report['card']> | null = null;

  /** @param options `onChange` hears of every step of an installation; `cache` is the user's unless said otherwise. */
  constructor(options: { onChange?: (status: EngineStatus) => void; cache?: string } = {}) {
    this.#onChange = options.onChange ?? (() => undefined);
    this.#cache = options.cache === undefined ? {} : { cache: options.cache };
  }

  /**
   * What is installed and what it reaches.
   * @param check loads the engine anew in a child process (about a second).
   */
  async status(check = false): Promise<EngineStatus> {
    if (check) this.#card = this.#reported = null;
    const card = await this.#findCard();
    const flavour = flavourFor(card);
    const found = locateEngine({ flavour, ...this.#cache });
    if (check && found.state === 'ready') await this.#report(found, card);
    const report = this.#reported?.folder === found.folder ? await this.#reported.report : null;
    const broken = found.state === 'broken' || report?.loads === false;
    return {
      state: this.#control ? 'installing' : broken ? 'broken' : found.state,
      flavour,
      version: found.state === 'missing' ? null : found.version,
      older: found.state === 'missing' ? this.#olderThan(flavour) : null,
      downloadBytes: sum(engineWheels[flavour].map(({ bytes }) => bytes)),
      unpackedBytes: sum(engineWheels[flavour].map(({ unpackedBytes }) => unpackedBytes)),
      path: found.folder,
      bytes: found.bytes,
      card,
      gpuUsable: report && report.gpu,
      problem: this.#installProblem ?? report?.problem ?? problemOf(found.problem),
      progress: this.#progress,
    };
  }

  /**
   * Starts an installation; progress and the end come through `onChange`. Does nothing while one runs or the engine is
   * ready, unless `repair` asks for a new one.
   * @returns the status at its start
   */
  async install(repair = false): Promise<EngineStatus> {
    if (!this.#control) {
      this.#control = new InstallControl();
      this.#installProblem = null;
      this.#installation = this.#install(this.#control, repair);
    }
    return this.status();
  }

  /** Resolves when no installation runs any more; how it went is in the status. */
  async settled(): Promise<EngineStatus> {
    await this.#installation;
    return this.status();
  }

  /** Holds an installation or goes on with it. */
  async pause(paused: boolean): Promise<EngineStatus> {
    this.#control?.pause(paused);
    if (this.#progress) this.#progress = { ...this.#progress, paused, bytesPerSecond: 0, secondsLeft: null };
    return this.#announce();
  }

  /** Ends an installation; wheels that arrived whole are kept for the next. */
  async cancel(): Promise<EngineStatus> {
    this.#control?.cancel();
    return this.settled();
  }

  /** Deletes the engine; a running installation is ended first. */
  async remove(): Promise<EngineStatus> {
    await this.cancel();
    await removeEngine({ flavour: flavourFor(await this.#findCard()), ...this.#cache });
    this.#reported = null;
    return this.#announce();
  }

  /**
   * The engine and the device for a run.
   * @throws Expected `engine.missing`, `engine.broken`; `engine.noGpu` where the GPU was asked for and is not reached
   */
  async choose(asked: 'auto' | DeviceKind): Promise<ChosenDevice> {
    const card = await this.#findCard();
    if (asked === 'gpu' && !card)
      throw expected('engine.noGpu', {
        reason: tell('no NVIDIA card answers (nvidia-smi)'),
        advice: tell('Install the NVIDIA driver, or train with --device cpu.'),
      });
    const found = locateEngine({ flavour: flavourFor(card), ...this.#cache });
    if (found.state === 'missing')
      throw expected('engine.missing', { reason: tell('{folder} is not there', { folder: found.folder }) });
    if (found.state === 'broken')
      throw expected('engine.broken', { reason: found.problem ?? tell('files are missing') });
    const { folder, addon, flavour, version } = found;
    const engine = { folder, addon, flavour, version, groupedGradients: found.groupedGradients !== false };
    if (asked === 'cpu' || !card) return { kind: 'cpu', engine, problem: null };
    const report = await this.#report(found, card);
    if (!report.loads)
      throw expected('engine.broken', { reason: told(report.problem?.reason ?? tell('it does not load')) });
    if (report.gpu) return { kind: 'gpu', engine, problem: null };
    const problem = report.problem ?? {
      reason: tell('TensorFlow lists no GPU'),
      mend: tell('Run `npm start -- doctor`.'),
    };
    if (asked === 'gpu') throw expected('engine.noGpu', { reason: told(problem.reason), advice: told(problem.mend) });
    return { kind: 'cpu', engine, problem };
  }

  #olderThan(flavour: 'cpu' | 'cuda'): string | null {
    return otherEngines({ flavour, ...this.#cache }).find((other) => other.flavour === flavour)?.version ?? null;
  }

  #findCard(): Promise<Report['card']> {
    this.#card ??= findCard();
    return this.#card;
  }

  #report(found: { folder: string; addon: string; flavour: 'cpu' | 'cuda' }, card: Report['card']): Promise<Report> {
    if (this.#reported?.folder !== found.folder)
      this.#reported = { folder: found.folder, report: deviceReport(found, { card }) };
    return this.#reported.report;
  }

  async #announce(): Promise<EngineStatus> {
    const status = await this.status();
    this.#onChange(status);
    return status;
  }

  async #install(control: InstallControl, repair: boolean): Promise<void> {
    try {
      const start = await this.status();
      const report = (progress: NonNullable<EngineStatus['progress']>) => {
        this.#progress = progress;
        this.#onChange({ ...start, state: 'installing', progress });
      };
      report({ phase: 'Starting', doneBytes: 0, totalBytes: 0, bytesPerSecond: 0, secondsLeft: null, paused: false });
      await installEngine({
        flavour: start.flavour,
        repair,
        control,
        onProgress: (progress) => report({ ...progress, paused: control.paused }),
        ...this.#cache,
      });
      await removeOlderEngines({ flavour: start.flavour, ...this.#cache });
      this.#reported = null;
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) this.#installProblem = toldProblem(thrown);
    } finally {
      this.#control = null;
      this.#progress = null;
    }
    const card = await this.#findCard();
    const found = locateEngine({ flavour: flavourFor(card), ...this.#cache });
    if (found.state === 'ready') await this.#report(found, card);
    await this.#announce();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const problemOf = (reason: Told | null): Problem | null =>
  reason === null ? null : { reason, mend: tell('Install it anew: npm start -- doctor --repair') };

function toldProblem(thrown: unknown): Problem {
  const failure = failureOf(asExpected(thrown));
  return { reason: tell('{text}', { text: { failure } }), mend: tell('{text}', { text: { advice: failure } }) };
}

const told = (telling: Telling): Told => (typeof telling === 'string' ? retold(telling) : telling);

/** What is installed, asked once. @see Engine */
export function engineStatus(check = false): Promise<EngineStatus> {
  return new Engine().status(check);
}
