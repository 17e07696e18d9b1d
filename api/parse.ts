import type { z } from 'zod';
import { problems } from './problem.js';

/** More than anybody reads. */
const MOST_ERRORS = 50;

/** @throws Problem 422 with a pointer (RFC 6901) to each field that is wrong; the values themselves are not repeated */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const wrong = new Map<string, string>(); // the first thing that is wrong with a field is enough
  for (const issue of result.error.issues) {
    const at = issue.path.map((part) => `/${escapePointer(String(part))}`).join('');
    const names =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `${at}/${escapePointer(key)}`) : [at];
    for (const pointer of names)
      if (!wrong.has(pointer) && wrong.size < MOST_ERRORS) wrong.set(pointer, plain(issue));
  }
  throw problems.invalid([...wrong].map(([pointer, message]) => ({ pointer, message })));
}

/** RFC 6901, section 3. */
function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Zod's message names types and limits, never the value; an enum's lists what is allowed. */
function plain(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? 'is not a field of this request' : issue.message;
}
