/** What the parts of core share. */
import type { Change } from '../../shared/contract.ts';
import type { IntakeLimits } from '../../shared/import.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { CardWatch } from '../device/nvidia.ts';
import type { Engine } from '../device/engine.ts';
import type { IntakeCommand } from '../imports/intake.ts';
import type { Store } from '../store/open.ts';
import type { Log } from './log.ts';
import type { StopLadder } from './perform.ts';
import type { Patience } from './pulse.ts';
import type { TrainerCommand } from './trainer.ts';

export interface CoreOptions {
  /** The data folder; absolute. */
  readonly home: string;
  readonly version: string;
  readonly commit: string;
  /** Whether runs that wait since an earlier program are taken over: for programs that stay. */
  readonly keepsRuns?: boolean;
  /** The trainer; this program's own unless a test brings another. */
  readonly trainer?: TrainerCommand;
  readonly ladder?: StopLadder;
  /** How long a trainer may be silent. */
  readonly patience?: Patience;
  /** Milliseconds between checkpoints of a run, 30,000 unless a test wants them closer together. */
  readonly checkpointEveryMs?: number;
  /** Milliseconds without a question after which the trainer that answers them is ended. */
  readonly inferenceIdleMs?: number;
  /** Hears of events once they are committed. */
  readonly onCommitted?: (run: string, events: readonly RunEvent[]) => void;
  /** Hears what a person should know now. */
  readonly onNotice?: (text: string) => void;
  /** Folder of the user's cache, where engine and device locks lie. */
  readonly cache?: string;
  /** Whether a missing engine is installed at the start: for programs whose start is a set-up. */
  readonly installsEngine?: boolean;
  /** Whether callers may name files by their paths; else only by the shell's tokens. */
  readonly takesPaths?: boolean;
  /** Opens the shell's tokens (shell/tokens.ts). */
  readonly pathKey?: string;
  /** The intake; this program's own unless a test brings another. */
  readonly intake?: IntakeCommand;
  readonly intakeSilenceMs?: number;
  readonly intakeLimits?: Partial<IntakeLimits>;
}

export interface Context {
  readonly options: CoreOptions;
  readonly log: Log;
  readonly engine: Engine;
  readonly card: CardWatch;
  /** Opened at the first use, so that what needs no history works without one. Fails as `openStore` does. */
  store(): Store;
  publish(changes: readonly Change[]): void;
}
