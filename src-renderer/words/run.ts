/** What the page says about runs: their status, their result, their time. Pure. */
import type { Run } from '../../src-main/shared/contract.ts';
import { describeFailure } from '../../src-main/shared/failure.ts';
import { importedFamily } from '../../src-main/shared/run/settings.ts';
import { hasEnded } from '../../src-main/shared/run/event.ts';
import type { ToldFailure } from '../../src-main/shared/told.ts';
import { say, spokenLocale } from '../../src-main/shared/language.ts';
import { counted, durationInWords, joined, phases, shareInWords, speedInWords } from '../../src-main/shared/words.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'mut';

export const isOver: (run: Pick<Run, 'status'>) => boolean = hasEnded;

/** Whether it came from a file of another program, which tells neither network nor recipe. */
export const isImported = ({ family }: Pick<Run, 'family'>): boolean => family === importedFamily;

export const isActive = ({ status }: Pick<Run, 'status'>): boolean => status === 'preparing' || status === 'training';

/** Share of the planned steps that is done, 0 to 1. */
export const doneOf = ({ step, steps }: Pick<Run, 'step' | 'steps'>): number =>
  steps > 0 ? Math.min(1, step / steps) : 0;

/** Failure of a run or a call as a title and an advice. */
export const failureInWords = (failure: ToldFailure) => describeFailure(failure);

/** Short status with its tone: `training 63 %`, `queued`, `finished`. */
export function statusInWords(run: Run): { readonly words: string; readonly tone: Tone } {
  const percent = Math.floor(doneOf(run) * 100);
  switch (run.status) {
    case 'queued':
      return { words: say('queued'), tone: 'mut' };
    case 'preparing':
      return {
        words: say(run.stopping ? 'stopping' : ((run.phase && phases[run.phase]) ?? 'preparing')),
        tone: 'accent',
      };
    case 'training':
      return { words: run.stopping ? say('stopping') : say('training {percent} %', { percent }), tone: 'accent' };
    case 'finished':
      return { words: say('finished'), tone: 'good' };
    case 'stopped':
      return { words: say('stopped at {percent} %', { percent }), tone: 'warn' };
    case 'paused':
      return { words: say('paused at {percent} %', { percent }), tone: 'warn' };
    case 'interrupted':
      return { words: say('interrupted'), tone: 'warn' };
    case 'failed':
      return { words: say('failed'), tone: 'bad' };
  }
}

/** Seconds between start and end (or now), null before the start. */
export const secondsOf = (run: Run, nowMs: number): number | null =>
  run.startedAtMs === null ? null : Math.max(0, ((run.endedAtMs ?? nowMs) - run.startedAtMs) / 1000);

const wholeEpochs = (run: Run) => Math.floor(run.epoch + 1e-9);

/** The best evaluation where it is not the last: chosen on the test split it flatters, on the validation split it does not. */
function bestInWords({ epoch, test, validation }: NonNullable<Run['best']>, last: Run['test']): string {
  const share = shareInWords(test.accuracy);
  const isLast = test.accuracy === last?.accuracy && test.loss === last.loss;
  if (validation)
    return isLast ? '' : say('; {share} after epoch {epoch}, the best on the validation split', { share, epoch });
  return last && test.accuracy > last.accuracy
    ? say('; the best was {share} after epoch {epoch}, chosen on the test split', { share, epoch })
    : '';
}

/** How a run ended, in one or two sentences. */
export function resultInWords(run: Run): string {
  const seconds = secondsOf(run, run.endedAtMs ?? 0);
  const time = seconds === null ? '' : say(' in {duration}', { duration: durationInWords(seconds) });
  const last = run.test
    ? say('{share} of the test images are right', { share: shareInWords(run.test.accuracy) })
    : null;
  const best = last && run.best ? bestInWords(run.best, run.test) : '';
  const steps = counted(run.step, 'step');
  const total = run.steps.toLocaleString('en-US');
  const result = last ? say(': {result}', { result: `${last}${best}` }) : '';
  switch (run.status) {
    case 'finished':
      return last
        ? say('{result} after {epochs}{time}{best}.', {
            result: last,
            epochs: counted(wholeEpochs(run), 'epoch'),
            time,
            best,
          })
        : say('Finished {steps}{time}; the test images were not looked at.', { steps, time });
    case 'stopped':
      return say('Stopped after {steps} of {total}{time}{result}.', { steps, total, time, result });
    case 'paused':
      return say('Paused after {steps} of {total}{result}. It goes on exactly from there.', { steps, total, result });
    case 'interrupted':
      return say('Interrupted after {steps} of {total}{result}. All points up to then are kept.', {
        steps,
        total,
        result,
      });
    case 'failed':
      return run.failure ? failureInWords(run.failure).title : say('Failed after {steps}.', { steps });
    default:
      return '';
  }
}

/** Progress in words: `63 %, 21 min left, 2,097 images/s`. */
export function progressInWords(run: Run): string {
  if (run.status === 'queued') return say('waits for its turn');
  const parts = [say('{percent} %', { percent: Math.floor(doneOf(run) * 100) })];
  if (run.secondsLeft !== null) parts.push(say('{time} left', { time: durationInWords(run.secondsLeft) }));
  if (run.imagesPerSecond !== null) parts.push(speedInWords(run.imagesPerSecond));
  return joined(parts);
}

/** An epoch for the ears: `Epoch 3 of 15: test accuracy 91.2 %, loss 0.31.` */
export function epochInWords(run: Run): string {
  const [epoch, total] = [wholeEpochs(run), Math.ceil(run.epochs)];
  return run.test
    ? say('Epoch {epoch} of {total}: test accuracy {share}.', { epoch, total, share: shareInWords(run.test.accuracy) })
    : say('Epoch {epoch} of {total}.', { epoch, total });
}

const dayMs = 86_400_000;

/** Time of day: `02:40`. */
export const clockInWords = (atMs: number): string => new Date(atMs).toTimeString().slice(0, 5);

/** When, as short as it can be told from others: `14:02`, `yesterday`, `Sat`, `3 Nov`, `3 Nov 2025`. */
export function whenInWords(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const now = new Date(nowMs);
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(at)) / dayMs);
  if (days <= 0) return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
  if (days === 1) return say('yesterday');
  if (days < 7) return at.toLocaleDateString(spokenLocale(), { weekday: 'short' });
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return at.toLocaleDateString(spokenLocale(), { day: 'numeric', month: 'short', ...year });
}

/** Names that tell runs apart: where several are called the same, with their seeds, and their ids where seeds agree, too. */
export function labelsOf(runs: readonly Pick<Run, 'id' | 'name' | 'seed'>[]): ReadonlyMap<string, string> {
  const alone = (text: string, textOf: (run: Pick<Run, 'id' | 'name' | 'seed'>) => string) =>
    runs.filter((run) => textOf(run) === text).length === 1;
  const withSeed = (run: Pick<Run, 'name' | 'seed'>) => `${run.name} #${run.seed}`;
  return new Map(
    runs.map((run) => {
      if (alone(run.name, ({ name }) => name)) return [run.id, run.name];
      return [run.id, alone(withSeed(run), withSeed) ? withSeed(run) : `${withSeed(run)} ${run.id.slice(0, 6)}`];
    }),
  );
}
