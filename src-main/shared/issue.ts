/** What a schema finds wrong with a value, told so that it can be said in any language. */
import type { BaseIssue } from './schema.ts';
import { getDotPath } from './schema.ts';
import { retold, tell, toldOf } from './told.ts';
import type { Told } from './told.ts';

/** What the library calls wrong. */
const labels: Readonly<Record<string, Told>> = {
  type: tell('type'),
  value: tell('value'),
  length: tell('length'),
  key: tell('key'),
  integer: tell('integer'),
  format: tell('format'),
};

/** Without its place: `Invalid value: Expected >=1 but received 0`. Messages of our own are told word for word. */
export function toldIssue({ message, expected, received }: BaseIssue<unknown>): Told {
  const label = /^Invalid (\w+): /.exec(message)?.[1];
  if (label === undefined) return retold(message);
  const what = labels[label] ?? label;
  if (message === `Invalid ${label}: Expected ${expected} but received ${received}`)
    return tell('Invalid {what}: Expected {expected} but received {received}', {
      what,
      expected: expected ?? '',
      received,
    });
  return message === `Invalid ${label}: Received ${received}`
    ? tell('Invalid {what}: Received {received}', { what, received })
    : retold(message);
}

/** With its place: `seeds: Invalid value: Expected >=1 but received 0`. */
export function toldIssueAt(issue: BaseIssue<unknown>, elsewhere: Told | null = null): Told {
  const place = getDotPath(issue) ?? elsewhere;
  return place === null ? toldIssue(issue) : toldOf(place, toldIssue(issue));
}
