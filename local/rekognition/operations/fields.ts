import { refusals } from '../refusals.js';

/**
 * Reads one field of a request. Throws SerializationException for a value of another type, InvalidParameterException for
 * one that breaks a constraint ("An input parameter violated a constraint",
 * https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html).
 */
export type Field<T> = (value: unknown, path: string) => T;

/** What a field reads. */
export type Read<F> = F extends Field<infer T> ? T : never;

interface Bounds {
  min?: number;
  max?: number;
}

/** A text of `min` to `max` characters that matches `pattern` as a whole. */
export function text({
  min = 0,
  max = Number.POSITIVE_INFINITY,
  pattern,
}: Bounds & { pattern?: string } = {}): Field<string> {
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u');
  return (value, path) => {
    if (typeof value !== 'string') throw refusals.serialization(path, 'a text');
    checkLength(value.length, { min, max }, value, path);
    if (whole && !whole.test(value))
      throw violated(value, path, `satisfy regular expression pattern: ${pattern}`);
    return value;
  };
}

/** A number from `min` to `max`. */
export function number({
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
}: Bounds = {}): Field<number> {
  return (value, path) => {
    if (typeof value !== 'number') throw refusals.serialization(path, 'a number');
    if (value < min) throw violated(value, path, `have value greater than or equal to ${min}`);
    if (value > max) throw violated(value, path, `have value less than or equal to ${max}`);
    return value;
  };
}

/** A whole number from `min` to `max`. */
export function integer(bounds: Bounds = {}): Field<number> {
  const read = number(bounds);
  return (value, path) => {
    if (!Number.isInteger(read(value, path))) throw refusals.serialization(path, 'a whole number');
    return value as number;
  };
}

/** One of some texts. */
export function oneOf<T extends string>(choices: readonly T[]): Field<T> {
  return (value, path) => {
    if (typeof value !== 'string') throw refusals.serialization(path, 'a text');
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw violated(value, path, `satisfy enum value set: [${choices.join(', ')}]`);
    return found;
  };
}

/** A list of `min` to `max` fields. */
export function list<T>(
  item: Field<T>,
  { min = 0, max = Number.POSITIVE_INFINITY }: Bounds = {},
): Field<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw refusals.serialization(path, 'a list');
    checkLength(value.length, { min, max }, `[${value.slice(0, 3)}]`, path);
    return value.map((entry, i) => item(entry, `${path}.${i + 1}.member`));
  };
}

/** Texts by name. */
export function dictionary(key: Field<string>, entry: Field<string>): Field<Record<string, string>> {
  return (value, path) => {
    if (!isObject(value)) throw refusals.serialization(path, 'an object');
    return Object.fromEntries(
      Object.entries(value).map(([name, found]) => [key(name, path), entry(found, path)]),
    );
  };
}

/** Absent, or null, which AWS takes for absent. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : field(value, path));
}

/** `fallback` where it is absent. */
export function withDefault<T>(field: Field<T>, fallback: T): Field<T> {
  return (value, path) => optional(field)(value, path) ?? fallback;
}

/** Fields by name; others are ignored, as AWS does. */
export function object<S extends Record<string, Field<unknown>>>(
  shape: S,
): Field<{ [K in keyof S]: Read<S[K]> }> {
  return (value, path) => {
    if (!isObject(value)) throw refusals.serialization(path || 'The body', 'an object');
    const entries = Object.entries(shape).map(([name, field]) => {
      const at = `${path && `${path}.`}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      const found = value[name];
      if ((found === undefined || found === null) && isRequired(field))
        throw violated('null', at, 'not be null');
      return [name, field(found, at)];
    });
    return Object.fromEntries(entries);
  };
}

/** A field that takes undefined is not required. */
function isRequired(field: Field<unknown>): boolean {
  try {
    field(undefined, '');
    return false;
  } catch {
    return true;
  }
}

function checkLength(
  length: number,
  { min = 0, max = Number.POSITIVE_INFINITY }: Bounds,
  value: string,
  path: string,
): void {
  if (length < min) throw violated(value, path, `have length greater than or equal to ${min}`);
  if (length > max) throw violated(value, path, `have length less than or equal to ${max}`);
}

function violated(value: unknown, path: string, rule: string): Error {
  const shown = String(value).slice(0, 300);
  return refusals.invalidParameter(
    `1 validation error detected: Value '${shown}' at '${path}' failed to satisfy constraint: Member must ${rule}`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
