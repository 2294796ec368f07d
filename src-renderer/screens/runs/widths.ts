/** Widths of the columns of the history, in pixels. Pure. */
import type { Field } from '../../../src-main/shared/run/field.ts';

const widths: Record<string, number> = {
  name: 204,
  status: 104,
  network: 120,
  data: 84,
  acc: 120,
  loss: 116,
  trainAcc: 124,
  trainLoss: 124,
  best: 76,
  parameters: 104,
  speed: 92,
  time: 80,
  seed: 60,
  tag: 84,
  started: 84,
  note: 200,
  device: 180,
};

export const widthOf = ({ name, kind }: Field): number => widths[name] ?? (kind === 'number' ? 108 : 120);
