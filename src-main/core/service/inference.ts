/** Questions to trained networks: a trainer is started for them when one comes, and ended when none has come for a while. */
import { join } from 'node:path';
import { Expected, expected } from '../../shared/failure.ts';
import type { Failure } from '../../shared/failure.ts';
import { inferenceReportSchema } from '../../shared/run/inference.ts';
import type { InferenceOrder, InferenceReport } from '../../shared/run/inference.ts';
import { safeParse } from '../../shared/schema.ts';
import { makeFolder } from './home.ts';
import { howItEnded, ownTrainer, startTrainer } from './trainer.ts';
import type { TrainerCommand, TrainerProcess } from './trainer.ts';
import type { ToldFailure } from '../../shared/told.ts';

/** Without a question for this long the trainer is ended. */
const ordinaryIdleMs = 60_000;

export interface InferenceSurroundings {
  readonly home: string;
  /** Folder of the installed engine. */
  readonly engine: string;
  readonly device: 'cpu' | 'gpu';
  readonly trainer?: TrainerCommand | undefined;
  readonly idleMs?: number | undefined;
  /** In full float32, also on a card that would use TF32. */
  readonly isExact?: boolean | undefined;
}

type Asked = Exclude<InferenceOrder, { kind: 'answer' }>;
/** A question without its number. */
export type Question = { [Kind in Asked['kind']]: Omit<Extract<Asked, { kind: Kind }>, 'id'> }[Asked['kind']];
type Answer = Exclude<InferenceReport, { kind: 'progress' | 'failed' }>;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (thrown: unknown) => void;
  readonly onProgress: (done: number, total: number) => void;
}

export class Inference {
  readonly #surroundings: InferenceSurroundings;
  readonly #waiting = new Map<number, Waiting>();
  #trainer: TrainerProcess | null = null;
  #asked = 0;
  #idle: NodeJS.Timeout | null = null;

  constructor(surroundings: InferenceSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Whether a trainer is there. */
  get isRunning(): boolean {
    return this.#trainer !== null;
  }

  /** @throws {Expected} `engine.missing`, `engine.broken`, `trainer.died`, and what the question fails with */
  ask(question: Question, onProgress: Waiting['onProgress'] = () => undefined): Promise<Answer> {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const trainer = (this.#trainer ??= this.#start());
      this.#waiting.set(id, { resolve, reject, onProgress });
      trainer.port.send({ ...question, id } satisfies InferenceOrder);
    });
  }

  /** Ends the trainer; questions that wait fail. Resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const trainer = this.#trainer;
    trainer?.kill('SIGKILL');
    await trainer?.ended;
  }

  #start(): TrainerProcess {
    const { home, engine, device, trainer: command, idleMs = ordinaryIdleMs, isExact = false } = this.#surroundings;
    const scratch = makeFolder(join(home, 'inference'));
    const trainer = startTrainer(command ?? ownTrainer(), scratch);
    trainer.port.onMessage((message) => {
      const report = safeParse(inferenceReportSchema, message);
      if (report.success) this.#hear(report.output);
      else trainer.kill('SIGKILL');
      if (this.#waiting.size === 0 && !this.#idle && this.#trainer === trainer)
        this.#idle = setTimeout(() => this.#leave(trainer), idleMs).unref();
    });
    void trainer.ended.then((ending) => {
      if (this.#trainer !== trainer) return;
      this.#trainer = null;
      const how = howItEnded(ending, trainer.tail());
      this.#failAll(expected('trainer.died', { how }));
    });
    trainer.port.send({ kind: 'answer', engine, scratch, device, isExact } satisfies InferenceOrder);
    return trainer;
  }

  /** Ends a trainer that nobody waits for. */
  #leave(trainer: TrainerProcess): void {
    this.#trainer = null;
    this.#idle = null;
    trainer.kill('SIGTERM');
  }

  #hear(report: InferenceReport): void {
    if (report.kind === 'failed' && report.id === null) {
      this.#failAll(failure(report.failure));
      this.#trainer?.kill('SIGKILL');
      return;
    }
    const waiting = this.#waiting.get(report.id as number);
    if (!waiting) return;
    if (report.kind === 'progress') return waiting.onProgress(report.done, report.total);
    this.#waiting.delete(report.id as number);
    if (report.kind === 'failed') waiting.reject(failure(report.failure));
    else waiting.resolve(report);
  }

  #failAll(thrown: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(thrown);
  }
}

/** What a trainer failed with, thrown again: an expected failure, or a bug with its words. */
function failure({ code, details }: ToldFailure): Error {
  return code === 'bug' ? new Error(String(details['message'])) : new Expected({ code, details } as Failure);
}
