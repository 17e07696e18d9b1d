import { z } from 'zod';

/** A variable that holds JSON, of the shape that `schema` says. Give its default, as text, with `prefault`. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string({ error: 'must be set, to JSON' })
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'not valid JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema as z.ZodType<z.output<Schema>>);
}
