import type { z } from 'zod';
import { problems } from './problem.js';

/** @throws Problem 422 with a pointer (RFC 6901) to each field that is wrong; the values themselves are not repeated */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw problems.invalid(
    result.error.issues.flatMap((issue) => {
      const at = issue.path
        .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
        .join('');
      const names = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `${at}/${key}`) : [at];
      return names.map((pointer) => ({ pointer, message: plain(issue) }));
    }),
  );
}

/** Zod's message names types and limits, never the value; an enum's lists what is allowed. */
function plain(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? 'is not a field of this request' : issue.message;
}
