/**
 * What NVIDIA's driver says about the card's memory: one long-lived `nvidia-smi`, because each start of it costs a good
 * part of a second.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findProgram } from '../../setup/child.mjs';

/** Mebibytes. */
export interface CardMemory {
  readonly usedMiB: number;
  readonly totalMiB: number;
}

const query = ['--query-gpu=memory.used,memory.total', '--format=csv,noheader,nounits', '--id=0', '--loop=2'];

export class CardWatch {
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;
  #first: Promise<void> | null = null;
  #last: CardMemory | null = null;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = environment;
  }

  /** Memory of the first card, at most about two seconds old; null where no driver answers. */
  async memory(): Promise<CardMemory | null> {
    this.#first ??= this.#start();
    await this.#first;
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
        const [used, total] = line.split(',').map(Number);
        if (used !== undefined && total !== undefined && Number.isFinite(used + total))
          this.#last = { usedMiB: used, totalMiB: total };
        resolve();
      });
    });
  }
}
