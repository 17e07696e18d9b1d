import { extname } from 'node:path/posix';
import { matchKey, parseKeyTemplate } from '../../domain/batch/key-template.js';

/** How well a template fits the keys of an import. */
export interface TemplateFit {
  /** Of whole keys. */
  template: string;
  users: number;
  misfits: number;
  /** One of those that do not fit. */
  example?: string;
}

/**
 * @param template of whole keys
 * @throws RangeError when it is none
 */
export function fitOf(template: string, keys: readonly string[]): TemplateFit {
  const parsed = parseKeyTemplate(template);
  const users = new Set<string>();
  const misfits: string[] = [];
  for (const key of keys) {
    const user = matchKey(parsed, key);
    if (user === undefined) misfits.push(key);
    else users.add(user);
  }
  const [example] = misfits;
  return {
    template,
    users: users.size,
    misfits: misfits.length,
    ...(example === undefined ? {} : { example }),
  };
}

/**
 * What most folders of photos are like: a folder for each person, or a file for each. A guess, to be looked at by whoever knows
 * the folder.
 * @param prefix that all keys begin with
 */
export function guessTemplate(prefix: string, keys: readonly string[]): string {
  const begin = literally(prefix);
  const depths = keys.map((key) => key.slice(prefix.length).split('/').length - 1);
  const depth = mostCommon(depths) ?? 0;
  if (depth > 0) return `${begin}{user_id}${'/*'.repeat(depth)}`;
  const ending = mostCommon(keys.map((key) => extname(key))) ?? '';
  return `${begin}{user_id}${/[{}*]/.test(ending) ? '' : ending}`;
}

/** Names of folders with a brace in them, which means something else in a template, stand for any name there. */
export const literally = (prefix: string): string => prefix.replace(/[^/]*[{}*][^/]*/g, '*');

function mostCommon<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}
