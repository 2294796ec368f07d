/** What the tables of calls are made of. */
import { integer, maxLength, minLength, minValue, number, object, pipe, record, string, union } from '../schema.ts';
import type { GenericSchema } from '../schema.ts';

export const id = pipe(string(), minLength(1), maxLength(64));
export const text = pipe(string(), maxLength(10_000));
export const count = pipe(number(), integer(), minValue(0));
export const nothing = object({});

export const failureSchema = object({ code: string(), details: record(string(), union([string(), number()])) });

/** A call of the contract: what it takes and what it answers. */
export const call = <Input extends GenericSchema, Output extends GenericSchema>(input: Input, output: Output) => ({
  input,
  output,
});
