/** What the tables of calls are made of. */
import { integer, maxLength, minLength, minValue, number, object, pipe, string } from '../schema.ts';
import type { GenericSchema } from '../schema.ts';

export const id = pipe(string(), minLength(1), maxLength(64));
export const text = pipe(string(), maxLength(10_000));
export const count = pipe(number(), integer(), minValue(0));
export const nothing = object({});

export { failureSchema } from '../told.ts';

/** A call of the contract: what it takes and what it answers. */
export const call = <Input extends GenericSchema, Output extends GenericSchema>(input: Input, output: Output) => ({
  input,
  output,
});
