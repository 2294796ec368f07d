/** The engine worded for people. Pure. */
import type { EngineStatus } from '../../src-main/shared/contract.ts';
import { say } from '../../src-main/shared/language.ts';
import type { Words } from '../../src-main/shared/language.ts';

const states: Readonly<Record<EngineStatus['state'], Words>> = {
  missing: 'missing',
  installing: 'installing',
  ready: 'ready',
  broken: 'broken',
};

export const engineStateInWords = (state: EngineStatus['state']): string => say(states[state]);
