/** A contender in a process of its own: it is told what to build once, and then asked for one step at a time. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { Plan } from '../../../src-main/shared/network/plan.ts';
import type { Contender } from '../timing.ts';

/** What every peer is told. */
export interface PeerOrder {
  readonly plan: Plan;
  readonly batch: number;
}

/** How a peer is started. */
export interface PeerKind {
  readonly name: string;
  readonly command: string;
  /** File beside this one. */
  readonly program: string;
  readonly variant: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface PeerMemory {
  /** Resident, in bytes: after loading its libraries, before building anything. */
  readonly idleBytes: number;
  /** The most it ever was. */
  readonly peakBytes: number;
}

export interface Peer extends Contender {
  /** Of the process that does the steps. */
  readonly pid: number;
  readonly memory: () => Promise<PeerMemory>;
  /** Ends the process. */
  readonly close: () => Promise<void>;
}

/** Lines of standard error that are kept to explain a failure. */
const keptLines = 12;

/** Starts a peer and waits until it has built its network. @throws Error with the peer's last words where it fails. */
export async function startPeer(kind: PeerKind, { plan, batch }: PeerOrder): Promise<Peer> {
  const program = fileURLToPath(new URL(kind.program, import.meta.url));
  const child = spawn(kind.command, [program], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...kind.environment },
  });
  const last: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    last.push(line);
    if (last.length > keptLines) last.shift();
  });
  const ended = new Promise<never>((_, reject) => {
    const fail = (reason: string) => reject(new Error(`${kind.name} ended (${reason}): ${last.slice(-3).join(' | ')}`));
    child.on('error', (error) => fail(error.message));
    child.on('close', (status, signal) => fail(signal ?? `status ${status}`));
  });
  ended.catch(() => undefined);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hear = async <Answer>(): Promise<Answer> => {
    const { value, done } = await Promise.race([answers.next(), ended]);
    return done ? await ended : (JSON.parse(value) as Answer);
  };
  const ask = <Answer>(line: string): Promise<Answer> => {
    child.stdin.write(`${line}\n`);
    return hear<Answer>();
  };
  child.stdin.on('error', () => undefined);
  await ask(JSON.stringify({ plan, spec: plan.spec, batch, variant: kind.variant }));
  return {
    name: kind.name,
    pid: child.pid ?? 0,
    step: async () => (await ask<{ ms: number }>('step')).ms,
    memory: () => ask<PeerMemory>('memory'),
    async close() {
      child.stdin.end();
      await ended.catch(() => undefined);
    },
  };
}
