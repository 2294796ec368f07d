/** How a run is followed at a terminal: a bar that moves, or a line at each epoch where there is no terminal. */
import type { Run } from '../shared/contract.ts';
import type { EpochEvent, RunEvent, StartEvent } from '../shared/run/event.ts';
import {
  counted,
  durationInWords,
  lossInWords,
  parametersInWords,
  phases,
  shareInWords,
  speedInWords,
} from '../shared/words.ts';
import type { Terminal } from './terminal.ts';

const barCells = 24;
const renewMs = 100;

/** `━━━━━━──────` of a done share, 0 to 1. */
export function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barCells);
  return '━'.repeat(full) + '─'.repeat(barCells - full);
}

/** Tells a person what the events of one run say. */
export class Follower {
  readonly #terminal: Terminal;
  readonly #label: string;
  #start: StartEvent | null = null;
  #epoch: EpochEvent | null = null;
  readonly #told = new Set<string>();
  #shownAtMs = -Infinity;

  /** `label` stands before everything, e.g. which of several runs this is. */
  constructor(terminal: Terminal, label: string) {
    this.#terminal = terminal;
    this.#label = label;
  }

  take(event: RunEvent): void {
    if (event.type === 'phase') this.#enter(event.phase);
    else if (event.type === 'start') this.#begin(event);
    else if (event.type === 'step') this.#step(event.step, event.imagesPerSecond, event.loss);
    else if (event.type === 'epoch') this.#finishEpoch(event);
    else if (event.type === 'end') this.#terminal.progress('');
  }

  #enter(phase: string): void {
    // Once it trains, the bar says more than the name of the phase.
    if (phase === 'training') return;
    const words = `${this.#label}${phases[phase] ?? phase} …`;
    const isKnown = this.#told.has(phase) || phase === 'evaluating' || phase === 'saving';
    this.#told.add(phase);
    if (this.#terminal.interactive) this.#terminal.progress(words);
    else if (!isKnown) this.#terminal.note(words);
  }

  #begin(start: StartEvent): void {
    this.#start = start;
    const { device } = start;
    this.#terminal.note(
      `${this.#label}${start.network} (${parametersInWords(start.parameters)}) on ${start.data}, batch ${start.batch}, seed ${start.seed}, ` +
        `${counted(start.steps, 'step')} on ${device.kind === 'gpu' ? 'GPU' : 'CPU'} ${device.name}, TensorFlow ${device.engine}. Run ${start.run}.`,
    );
  }

  #step(step: number, imagesPerSecond: number, loss: number | null): void {
    if (!this.#start || !this.#terminal.interactive) return;
    const now = performance.now();
    if (now - this.#shownAtMs < renewMs) return;
    this.#shownAtMs = now;
    const { steps, batch, stepsPerEpoch, epochs } = this.#start;
    const left = imagesPerSecond > 0 ? durationInWords(((steps - step) * batch) / imagesPerSecond) : '?';
    const test = this.#epoch?.test ? `, test ${shareInWords(this.#epoch.test.accuracy)}` : '';
    const epoch = Math.min(Math.ceil(epochs), Math.floor((step - 1) / stepsPerEpoch) + 1);
    this.#terminal.progress(
      `${this.#label}${bar(step / steps)} epoch ${epoch}/${Math.ceil(epochs)}, ${speedInWords(imagesPerSecond)}, ${left} left, loss ${lossInWords(loss)}${test}`,
    );
  }

  #finishEpoch(event: EpochEvent): void {
    this.#epoch = event;
    if (this.#terminal.interactive || !this.#start) return;
    const { epochs, steps } = this.#start;
    const seconds = ((steps - event.step) * this.#start.batch) / event.imagesPerSecond;
    const left = event.imagesPerSecond > 0 && event.step < steps ? `, ${durationInWords(seconds)} left` : '';
    const test = event.test ? `, test ${shareInWords(event.test.accuracy)} (loss ${lossInWords(event.test.loss)})` : '';
    this.#terminal.note(
      `${this.#label}epoch ${event.epoch} of ${Math.ceil(epochs)}: train ${shareInWords(event.train.accuracy)} (loss ${lossInWords(event.train.loss)})${test}, ${speedInWords(event.imagesPerSecond)}${left}`,
    );
  }
}

/** The result of a run in a sentence. */
export function resultInWords(run: Run): string {
  const what = `${run.network} on ${run.dataName}`;
  const seconds = run.startedAtMs !== null && run.endedAtMs !== null ? (run.endedAtMs - run.startedAtMs) / 1000 : null;
  const time = seconds === null ? '' : ` in ${durationInWords(seconds)}`;
  const best =
    run.best && run.test && run.best.test.accuracy > run.test.accuracy
      ? ` (best ${shareInWords(run.best.test.accuracy)} after epoch ${run.best.epoch}, chosen on the ${run.best.validation ? 'validation' : 'test'} split)`
      : '';
  const epochs = counted(run.epoch, 'epoch');
  const result = run.test
    ? `: ${shareInWords(run.test.accuracy)} on the test split after ${epochs}${best}${time}.`
    : ` after ${epochs}${time}, not evaluated.`;
  const status: Record<string, string> = {
    finished: '',
    stopped: ' stopped',
    paused: ' paused',
    interrupted: ' interrupted',
    failed: ' failed',
  };
  return `${what}${status[run.status] ?? ` ${run.status}`}${run.step === 0 ? ' before its first step.' : result} Run ${run.id}.`;
}
