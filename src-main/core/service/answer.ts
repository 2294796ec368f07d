/** The one place where requests are checked and answered. */
import { contract, requestSchema } from '../../shared/contract.ts';
import type { CallName, Contract } from '../../shared/contract.ts';
import { Expected, expected, failureOf, inWords } from '../../shared/failure.ts';
import type { Failure } from '../../shared/failure.ts';
import type { Port } from '../../shared/port.ts';
import { safeParse } from '../../shared/schema.ts';
import type { GenericSchema, InferOutput } from '../../shared/schema.ts';
import type { Log } from './log.ts';
import type { Publisher } from './publish.ts';
import { tell } from '../../shared/told.ts';
import { toldIssueAt } from '../../shared/issue.ts';

/** A function for every call of the contract: a missing or wrong one does not compile. */
export type Handlers = {
  readonly [Name in CallName]: (
    input: InferOutput<Contract[Name]['input']>,
  ) => InferOutput<Contract[Name]['output']> | Promise<InferOutput<Contract[Name]['output']>>;
};

function parse<Schema extends GenericSchema>(schema: Schema, value: unknown, call: string, what: string) {
  const parsed = safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const problem = toldIssueAt(parsed.issues[0]);
  // What a caller sends wrongly is refused; what core itself answers wrongly is a bug.
  throw what === 'input'
    ? expected('call.invalid', { call, problem })
    : new Error(`${call} answered wrongly: ${inWords(problem)}`);
}

/** Answers one call. Throws what the handler throws, and `call.invalid`. */
export async function answer(handlers: Handlers, name: string, input: unknown): Promise<unknown> {
  if (!Object.hasOwn(contract, name))
    throw expected('call.invalid', { call: name.slice(0, 100), problem: tell('there is no such call') });
  const call = name as CallName;
  const handler = handlers[call] as (input: unknown) => unknown;
  return parse(contract[call].output, await handler(parse(contract[call].input, input, name, 'input')), name, 'output');
}

/** Serves one port until it closes. Whatever arrives is answered or, where it has no id to answer to, closes the port. */
export function serve(port: Port, handlers: Handlers, publisher: Publisher, log: Log): void {
  const fail = (id: number, failure: Failure) => port.send({ kind: 'reply', id, ok: false, failure });
  port.onClose(() => publisher.unwatch(port));
  port.onMessage((message) => {
    const parsed = safeParse(requestSchema, message);
    if (!parsed.success) {
      log.write(`refused a message: ${inWords(toldIssueAt(parsed.issues[0]))}`);
      port.close();
      return;
    }
    const request = parsed.output;
    if (request.kind !== 'call') {
      if (request.kind === 'watch') publisher.watch(port);
      else publisher.unwatch(port);
      port.send({ kind: 'reply', id: request.id, ok: true, value: null });
      return;
    }
    answer(handlers, request.name, request.input)
      .then((value) => port.send({ kind: 'reply', id: request.id, ok: true, value }))
      .catch((thrown: unknown) => {
        if (!(thrown instanceof Expected)) log.write(`bug in ${request.name}`, thrown);
        fail(request.id, failureOf(thrown));
      });
  });
}
