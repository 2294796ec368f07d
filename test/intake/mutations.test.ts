/** Mutations of every format: each is read or refused, none brings intake down, none takes longer than five seconds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMutations } from '../fixtures/mutation/herd.ts';

const each = 2000;
const mostResidentBytes = 1e9;

test(`${each.toLocaleString('en-US')} mutations of each format are read or refused`, async (context) => {
  const outcomes = await readMutations(each, 1, 2);
  for (const { format, refused, read } of outcomes) context.diagnostic(`${format}: ${refused} refused, ${read} read`);
  assert.deepEqual(
    outcomes.map(({ format, refused, read, faults, residentBytes }) => ({
      format,
      mutations: refused + read,
      // Where all were refused or all read, the mutations tried nothing.
      isTried: refused > 0 && read > 0,
      isSmall: residentBytes < mostResidentBytes,
      faults,
    })),
    outcomes.map(({ format }) => ({ format, mutations: each, isTried: true, isSmall: true, faults: [] })),
  );
});
