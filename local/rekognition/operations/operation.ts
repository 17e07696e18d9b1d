import type { Context } from './context.js';
import type { Field } from './fields.js';

/** One operation: what it takes, and what it does. */
export interface Operation {
  run(context: Context, input: unknown): Promise<object>;
}

/** Reads the input by `input`, then does `work`. */
export function operation<Input>(
  input: Field<Input>,
  work: (context: Context, input: Input) => Promise<object> | object,
): Operation {
  return { run: async (context, raw) => work(context, input(raw, '')) };
}
