/**
 * What NVIDIA's driver says about the card while it works: one long-lived `nvidia-smi`, because each start of it costs a
 * good part of a second.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findProgram } from '../../setup/child.mjs';

/** One line of the driver's. Null: the card does not tell. */
export interface CardReading {
  readonly usedMiB: number;
  readonly totalMiB: number;
  /** Share of the last moments in which the card computed, 0 to 1. */
  readonly utilisation: number | null;
  readonly celsius: number | null;
  readonly watts: number | null;
}

const fields = ['memory.used', 'memory.total', 'utilization.gpu', 'temperature.gpu', 'power.draw'] as const;
const query = [`--query-gpu=${fields.join()}`, '--format=csv,noheader,nounits', '--id=0', '--loop=1'];

/** What a line says; null where it is none of ours, e.g. an error. Cards that do not measure something say `[N/A]`. */
export function readCardLine(line: string): CardReading | null {
  const [used, total, percent, celsius, watts] = line.split(',').map((text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    return Number.isFinite(value) ? value : null;
  });
  if (used === undefined || used === null || total === undefined || total === null) return null;
  const utilisation = percent === undefined || percent === null ? null : percent / 100;
  return { usedMiB: used, totalMiB: total, utilisation, celsius: celsius ?? null, watts: watts ?? null };
}

export class CardWatch {
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;
  #first: Promise<void> | null = null;
  #last: CardReading | null = null;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = environment;
  }

  /** The first card, at most about a second old; null where no driver answers. */
  async read(): Promise<CardReading | null> {
    this.#first ??= this.#start();
    await this.#first;
    return this.#last;
  }

  /** The last reading without waiting for one; begins to watch where nobody does yet. */
  glance(): CardReading | null {
    this.#first ??= this.#start();
    return this.#last;
  }

  /** Ends the program that watches. A later question starts it again. */
  close(): void {
    this.#child?.kill();
    this.#forget();
  }

  #forget(): void {
    this.#child = null;
    this.#first = null;
    this.#last = null;
  }

  /** Resolves with the first line, or at the end of a program that has none. */
  #start(): Promise<void> {
    const program = findProgram('nvidia-smi', this.#environment);
    if (!program) return Promise.resolve();
    const child = spawn(program, query, { stdio: ['ignore', 'pipe', 'ignore'], env: this.#environment });
    this.#child = child;
    // A watcher must not keep the process alive, nor outlive it.
    child.unref();
    (child.stdout as unknown as { unref(): void }).unref();
    const kill = () => child.kill();
    process.once('exit', kill);
    return new Promise((resolve) => {
      const end = () => {
        process.off('exit', kill);
        if (this.#child === child) this.#forget();
        resolve();
      };
      child.once('error', end);
      child.once('close', end);
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#last = readCardLine(line) ?? this.#last;
        resolve();
      });
    });
  }
}
