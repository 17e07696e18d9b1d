/** Says whose photo an object is by its key: `photos/{user_id}/*.jpg`. */
export interface KeyTemplate {
  /** Text that stands between the parts that vary; one more than those. */
  texts: readonly string[];
  /** What varies, in order; `user_id` is there exactly once. */
  parts: readonly ('user_id' | 'any')[];
}

const USER_ID = '{user_id}';

/**
 * Reads a template of whole keys. `{user_id}` and `*` stand for any run of characters but `/`, the user id for at least
 * one; everything else for itself, with its case and its Unicode as they are (S3 does not normalise keys).
 * @throws RangeError when `{user_id}` is not in it exactly once, when it cannot be told where it ends, or when another
 *   brace is in it
 */
export function parseKeyTemplate(template: string): KeyTemplate {
  const pieces = template.split(/(\{user_id\}|\*)/);
  const texts = pieces.filter((_, at) => at % 2 === 0);
  const parts = pieces.filter((_, at) => at % 2 === 1).map((part) => (part === USER_ID ? 'user_id' : 'any'));
  const users = parts.filter((part) => part === 'user_id').length;
  if (users === 0) {
    throw wrong(template, `it has no ${USER_ID}: put it where the user id is, as in photos/${USER_ID}.jpg`);
  }
  if (users > 1)
    throw wrong(template, `it has ${USER_ID} ${users} times: keep one, and put * for the others`);
  const brace = texts.find((text) => /[{}]/.test(text));
  if (brace !== undefined) {
    throw wrong(template, `"${brace}" has a brace that belongs to no ${USER_ID}: write * where the brace is`);
  }
  if (texts.slice(1, -1).includes('')) {
    throw wrong(template, 'two parts that vary follow each other: put what separates them between them');
  }
  return { texts, parts };
}

/**
 * The user id that a key names; undefined where the key does not fit. Where a part could end in several places it ends at
 * the first: of `{user_id}_*.jpg` and `a_b_c.jpg` the user is `a`.
 *
 * By hand and not by a regular expression, which could take exponential time for a template with many stars. The first
 * place is right whenever any is: what lies between it and a later one would belong to the part before, so it could not
 * rid the parts after it of a `/`.
 */
export function matchKey({ texts, parts }: KeyTemplate, key: string): string | undefined {
  const [start = '', ...between] = texts;
  const last = between.pop() ?? '';
  const end = key.length - last.length;
  if (!key.startsWith(start) || !key.endsWith(last)) return undefined;
  let from = start.length;
  let userId: string | undefined;
  for (const [at, part] of parts.entries()) {
    const text = between[at];
    const least = from + (part === 'user_id' ? 1 : 0);
    const to = text === undefined ? end : key.indexOf(text, least);
    if (to < least || to + (text?.length ?? 0) > end) return undefined;
    const value = key.slice(from, to);
    if (value.includes('/')) return undefined;
    if (part === 'user_id') userId = value;
    from = to + (text?.length ?? 0);
  }
  return userId;
}

const wrong = (template: string, what: string) => new RangeError(`The key template "${template}": ${what}.`);
