/** A run's phases and numbers while it lasts. Pure. */
import { phases } from '../../../src-main/shared/run/event.ts';
import type { Run } from '../../../src-main/shared/contract.ts';
import { say } from '../../../src-main/shared/language.ts';
import {
  durationInWords,
  lossInWords,
  phases as names,
  shareInWords,
  speedInWords,
} from '../../../src-main/shared/words.ts';

export interface PhaseStep {
  readonly title: string;
  readonly state: 'done' | 'now' | 'later';
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Waiting, then every phase; evaluating and saving come again and again, so nothing after training is ever done. */
export function phasesInWords(run: Pick<Run, 'status' | 'phase'>): PhaseStep[] {
  const now = run.phase === null ? -1 : phases.indexOf(run.phase);
  const training = phases.indexOf('training');
  const stateOf = (index: number): PhaseStep['state'] =>
    index === now ? 'now' : index < now && (index < training || now <= training) ? 'done' : 'later';
  const waiting: PhaseStep = { title: say('Waiting'), state: run.status === 'queued' ? 'now' : 'done' };
  return [
    waiting,
    ...phases.map((phase, index) => ({
      title: capital(names[phase] ? say(names[phase]) : phase),
      state: stateOf(index),
    })),
  ];
}

export function progressInWordsOf(run: Run): { readonly title: string; readonly value: string }[] {
  const rows: { title: string; value: string }[] = [
    {
      title: say('Step'),
      value: say('{done} of {total}', {
        done: run.step.toLocaleString('en-US'),
        total: run.steps.toLocaleString('en-US'),
      }),
    },
    {
      title: say('Epoch'),
      value: say('{done} of {total}', { done: Number(run.epoch.toFixed(1)), total: Number(run.epochs.toFixed(1)) }),
    },
  ];
  if (run.imagesPerSecond !== null) rows.push({ title: say('Speed'), value: speedInWords(run.imagesPerSecond) });
  if (run.secondsLeft !== null) rows.push({ title: say('Time left'), value: durationInWords(run.secondsLeft) });
  if (run.train) rows.push({ title: say('Train loss'), value: lossInWords(run.train.loss) });
  if (run.test) rows.push({ title: say('Test accuracy'), value: shareInWords(run.test.accuracy) });
  if (run.stopping) rows.push({ title: say('Stopping'), value: say('after this step') });
  return rows;
}
