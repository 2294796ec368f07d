/** One import: files are opened, looked at, and, when the person says so, read into the library; or nothing is left. */
import type { Dataset } from '../../shared/dataset.ts';
import { Expected, expected, failureOf } from '../../shared/failure.ts';
import type { Failure } from '../../shared/failure.ts';
import { ordinaryLimits } from '../../shared/import.ts';
import type {
  Finding,
  Import as State,
  ImportOptions,
  Inspection,
  IntakeLimits,
  IntakeReport,
  OddFile,
  Preview,
  Treatment,
} from '../../shared/import.ts';
import { freeBytes } from '../dataset/files.ts';
import { splitValidation } from '../batches/validation.ts';
import { writeOrigin } from '../dataset/beside.ts';
import { DatasetWriter, discardDataset } from '../dataset/library.ts';
import { startIntake } from './intake.ts';
import type { Intake, IntakeCommand } from './intake.ts';
import { Remains } from './remains.ts';
import { tell } from '../../shared/told.ts';

/** A dropped file or folder by its real path, and the name by which the person knows it. */
export interface DroppedFile {
  readonly path: string;
  readonly name: string;
}

export interface ImportSurroundings {
  readonly home: string;
  readonly limits?: Partial<IntakeLimits> | undefined;
  readonly command?: IntakeCommand | undefined;
  readonly silenceMs?: number | undefined;
  readonly onChange: (state: State) => void;
}

const tellMs = 200;
const keptOdd = 100;
/** Unpacking an archive may take this share of the free disk. */
const shareOfDisk = 0.8;

interface Waiting {
  readonly resolve: (report: IntakeReport) => void;
  readonly reject: (thrown: unknown) => void;
}

interface Reading {
  readonly treatment: Treatment;
  /** Share of the training split for validation; 0: none. */
  readonly validation: number;
  readonly name: string;
  readonly beganAt: number;
  /** Labels of the split that is being read. */
  labels: Int32Array[];
  isOpen: boolean;
}

export class Import {
  readonly id: string;
  /** Resolves once it is done, failed or cancelled. Never rejects. */
  readonly ended: Promise<State>;
  readonly #surroundings: ImportSurroundings;
  readonly #files: readonly DroppedFile[];
  readonly #remains: Remains;
  readonly #intake: Intake;
  #state: State;
  #finding: Finding | null = null;
  #waiting: Waiting | null = null;
  #writer: DatasetWriter | null = null;
  #reading: Reading | null = null;
  #settle: (state: State) => void = () => undefined;
  #toldAt = 0;
  #odd = 0;

  /** Starts intake. @throws {Expected} `folder.denied`, `disk.full` */
  constructor(id: string, files: readonly DroppedFile[], surroundings: ImportSurroundings) {
    this.id = id;
    this.#files = files;
    this.#surroundings = surroundings;
    this.ended = new Promise((resolve) => (this.#settle = resolve));
    this.#remains = new Remains(surroundings.home, id);
    this.#state = {
      id,
      name: files[0]?.name.slice(0, 120) || 'dataset',
      state: 'opening',
      images: 0,
      imagesTotal: null,
      bytes: 0,
      bytesTotal: null,
      imagesPerSecond: null,
      secondsLeft: null,
      dataset: null,
      wasThere: false,
      odd: { count: 0, examples: [] },
      failure: null,
      startedAtMs: Date.now(),
    };
    this.#intake = startIntake({
      reads: files.map(({ path }) => path),
      scratch: this.#remains.scratch,
      command: surroundings.command,
      silenceMs: surroundings.silenceMs,
      onReport: (report) => this.#hear(report),
      onLost: (failure) => void this.#fail(failure),
    });
  }

  get state(): State {
    return this.#state;
  }
  get isOver(): boolean {
    return ['done', 'failed', 'cancelled'].includes(this.#state.state);
  }

  /** What the files are. Fails with the codes `import.*`; it is over then. */
  async inspect(): Promise<Inspection> {
    const { home } = this.#surroundings;
    const bytes = Math.min(ordinaryLimits.bytes, Math.max(1, Math.floor(freeBytes(home) * shareOfDisk)));
    const found = this.#ask('found');
    this.#change({}, true);
    this.#intake.order({
      kind: 'open',
      files: this.#files.map(({ path, name }) => ({ path, name })),
      scratch: this.#remains.scratch,
      limits: { ...ordinaryLimits, bytes, ...this.#surroundings.limits },
    });
    const { finding } = await found;
    this.#finding = finding;
    this.#odd = finding.odd.count;
    const { images, odd } = { images: finding.splits.reduce((sum, split) => sum + split.images, 0), odd: finding.odd };
    this.#change({ state: 'inspected', name: finding.name, imagesTotal: images, odd }, true);
    return { import: this.id, ...finding };
  }

  /** What `inspect` answered. */
  inspection(): Inspection {
    if (!this.#finding || this.isOver) throw expected('import.gone', { import: this.id });
    return { import: this.id, ...this.#finding };
  }

  /** A few images as they would be stored with these options. */
  async preview(options: ImportOptions): Promise<Preview> {
    const treatment = this.#treatment(options);
    const answer = this.#ask('preview');
    this.#intake.order({ kind: 'preview', treatment });
    return (await answer).preview;
  }

  /** Begins to read into the library; how it goes on is told by `onChange`. */
  add(options: ImportOptions): State {
    const treatment = this.#treatment(options);
    const name = options.name ?? this.#state.name;
    const validation = options.validation ?? 0;
    this.#reading = { treatment, validation, name, labels: [], isOpen: false, beganAt: performance.now() };
    this.#change({ state: 'reading', name }, true);
    this.#intake.order({ kind: 'read', treatment });
    return this.#state;
  }

  /** Ends it and leaves nothing; does nothing once it is over. */
  async cancel(): Promise<State> {
    if (!this.isOver) await this.#end({ state: 'cancelled' }, expected('import.gone', { import: this.id }));
    return this.#state;
  }

  #treatment(options: ImportOptions): Treatment {
    if (!this.#finding || this.#state.state !== 'inspected') throw expected('import.gone', { import: this.id });
    const { image } = this.#finding;
    const channels = options.channels === undefined ? image.channels : options.channels === 'grey' ? 1 : 3;
    return {
      image: { ...(options.size ?? { height: image.height, width: image.width }), channels },
      fit: options.fit ?? 'crop',
      holdOut: options.holdOut ?? 0.1,
      seed: options.seed ?? 0,
    };
  }

  #ask<Kind extends IntakeReport['kind']>(kind: Kind): Promise<Extract<IntakeReport, { kind: Kind }>> {
    if (this.isOver || this.#waiting) throw expected('import.gone', { import: this.id });
    return new Promise((resolve, reject) => {
      this.#waiting = {
        reject,
        resolve: (report) =>
          report.kind === kind
            ? resolve(report as Extract<IntakeReport, { kind: Kind }>)
            : reject(new Error(`Intake answered ${report.kind} instead of ${kind}.`)),
      };
    });
  }

  #hear(report: IntakeReport): void {
    if (this.isOver) return;
    try {
      this.#take(report);
    } catch (thrown) {
      void this.#fail(thrown);
    }
  }

  #take(report: IntakeReport): void {
    switch (report.kind) {
      case 'opening':
        return this.#change({ bytes: report.bytes, bytesTotal: report.bytesTotal });
      case 'found':
      case 'preview': {
        const waiting = this.#waiting;
        this.#waiting = null;
        return waiting?.resolve(report);
      }
      case 'failed':
        return void this.#fail(new Expected(report.failure as Failure));
      case 'head':
        return this.#begin(report);
      case 'split':
        this.#endSplit();
        this.#writing().beginSplit(report.name);
        if (this.#reading) this.#reading.isOpen = true;
        return;
      case 'images':
        return this.#takeImages(report.pixels, report.labels);
      case 'odd':
        return this.#takeOdd(report.files);
      case 'read':
        return void this.#finish().catch((thrown: unknown) => this.#fail(thrown));
      default:
    }
  }

  #begin({ classes, mirrors, note, imagesTotal }: Extract<IntakeReport, { kind: 'head' }>): void {
    const { home } = this.#surroundings;
    if (!this.#reading) throw new Error('Intake reads unasked.');
    const { treatment, name } = this.#reading;
    const { image } = treatment;
    const neededBytes = imagesTotal * (image.height * image.width * image.channels + 4);
    const free = freeBytes(home);
    if (free < neededBytes) throw expected('disk.full', { path: home, neededBytes, freeBytes: free });
    const head = { name, image, classes, mirrors, note };
    this.#writer = new DatasetWriter(home, head, (hash) => this.#remains.addBlock(hash));
    this.#change({ imagesTotal });
  }

  #takeImages(pixels: Uint8Array, labels: Int32Array): void {
    const reading = this.#reading;
    const image = reading?.treatment.image;
    if (!image || pixels.length !== labels.length * image.height * image.width * image.channels)
      throw new Error(`Intake sent ${pixels.length} bytes for ${labels.length} images.`);
    this.#writing().append(pixels);
    reading.labels.push(labels);
    const images = this.#state.images + labels.length;
    const imagesPerSecond = images / Math.max(1e-3, (performance.now() - reading.beganAt) / 1000);
    const left = Math.max(0, (this.#state.imagesTotal ?? images) - images);
    this.#change({ images, imagesPerSecond, secondsLeft: left / imagesPerSecond });
  }

  #takeOdd(files: readonly OddFile[]): void {
    this.#odd += files.length;
    const examples = [...this.#state.odd.examples, ...files].slice(0, keptOdd);
    this.#change({ odd: { count: this.#odd, examples } });
  }

  #endSplit(): void {
    const reading = this.#reading;
    if (!reading?.isOpen) return;
    const labels = new Int32Array(reading.labels.reduce((sum, some) => sum + some.length, 0));
    let at = 0;
    for (const some of reading.labels) {
      labels.set(some, at);
      at += some.length;
    }
    reading.labels = [];
    reading.isOpen = false;
    this.#writing().endSplit(labels);
  }

  async #finish(): Promise<void> {
    this.#endSplit();
    const began = this.#state.startedAtMs;
    if (this.#state.images === 0)
      throw expected('import.unknown', { name: this.#state.name, found: tell('none of its images could be decoded') });
    const whole = this.#writing().finish();
    this.#writer = null;
    const isNew = ({ addedAtMs }: Dataset) => (addedAtMs ?? 0) >= began;
    const dataset = await this.#withValidation(whole);
    if (dataset !== whole && isNew(whole)) discardDataset(this.#surroundings.home, whole.id);
    if (this.isOver) {
      if (isNew(dataset)) discardDataset(this.#surroundings.home, dataset.id);
      return;
    }
    const wasThere = !isNew(dataset);
    if (!wasThere) this.#keepOrigin(dataset);
    await this.#end({ state: 'done', dataset: dataset.id, wasThere, name: dataset.name, secondsLeft: 0 }, null);
  }

  async #withValidation(whole: Dataset): Promise<Dataset> {
    const { validation = 0, treatment, name = whole.name } = this.#reading ?? {};
    // What was there under another name keeps it; the new one is called as was asked.
    if (validation === 0 || whole.splits.some((split) => split.name === 'validation')) return whole;
    return splitValidation(this.#surroundings.home, whole, { share: validation, seed: treatment?.seed ?? 0, name });
  }

  /** What the files said and the dataset does not is kept beside it. */
  #keepOrigin({ id }: Dataset): void {
    if (!this.#finding) return;
    const { formatName, container, known, sizes, measured } = this.#finding;
    const odd = this.#state.odd;
    writeOrigin(this.#surroundings.home, id, { formatName, container, known, sizes, measured, odd });
  }

  #writing(): DatasetWriter {
    if (!this.#writer) throw new Error('Intake sent images before it said what they are.');
    return this.#writer;
  }

  async #fail(thrown: unknown): Promise<void> {
    if (this.isOver) return;
    await this.#end({ state: 'failed', failure: failureOf(thrown) }, thrown);
  }

  /** The last change; whoever waits for an answer hears `thrown`. */
  async #end(change: Partial<State>, thrown: unknown): Promise<void> {
    this.#state = { ...this.#state, ...change };
    const [waiting, writer] = [this.#waiting, this.#writer];
    this.#waiting = null;
    this.#writer = null;
    await this.#intake.end();
    writer?.abandon();
    this.#remains.remove();
    waiting?.reject(thrown);
    this.#surroundings.onChange(this.#state);
    this.#settle(this.#state);
  }

  #change(change: Partial<State>, now = false): void {
    this.#state = { ...this.#state, ...change };
    if (!now && performance.now() - this.#toldAt < tellMs) return;
    this.#toldAt = performance.now();
    this.#surroundings.onChange(this.#state);
  }
}
