import type { ServiceName } from './settings.js';

/** What goes wrong: an error answer, a socket closed without an answer, or no answer until the settings are reset. */
export type FaultError = { name: string; status: number; message: string } | 'drop' | 'hang';

/** One planned fault. */
export interface FaultRule {
  service: ServiceName;
  /** Operation name; '*' for all of the service. */
  operation: string;
  /** Before the effect nothing has happened; after it, it has, and the caller does not learn so. */
  when: 'before' | 'after';
  error: FaultError;
  /** 0-1, default 1. */
  probability?: number;
  /** Struck this often, then spent; absent: until removed. */
  times?: number;
  /** Only requests whose body, URL or one header contains this text. */
  match?: string;
  /** Of the requests it would strike, this many pass first; default 0. */
  skip?: number;
}

const SERVICES = ['dynamodb', 'rekognition', 's3', 'textract'];

/** `value` as a rule; throws an Error that names the field and what fits there. */
export function parseFaultRule(value: unknown): FaultRule {
  const rule = value as FaultRule;
  const must = (ok: boolean, hint: string): void => {
    if (!ok) throw new Error(`Not a fault rule: ${hint}`);
  };
  must(typeof value === 'object' && value !== null && !Array.isArray(value), 'send a JSON object.');
  must(SERVICES.includes(rule.service), `"service" is one of ${SERVICES.join(', ')}.`);
  must(typeof rule.operation === 'string' && rule.operation !== '', '"operation" is a name or "*".');
  must(rule.when === 'before' || rule.when === 'after', '"when" is "before" or "after".');
  must(isFaultError(rule.error), '"error" is {"name","status","message"}, "drop" or "hang".');
  const { probability, times, match, skip } = rule;
  must(probability === undefined || (probability >= 0 && probability <= 1), '"probability" is 0-1.');
  must(times === undefined || (Number.isInteger(times) && times > 0), '"times" is a whole number above 0.');
  must(match === undefined || typeof match === 'string', '"match" is a text.');
  must(skip === undefined || (Number.isInteger(skip) && skip >= 0), '"skip" is a whole number, 0 or above.');
  return structuredClone(rule);
}

function isFaultError(error: unknown): boolean {
  if (error === 'drop' || error === 'hang') return true;
  const answer = error as { name?: unknown; status?: unknown; message?: unknown } | null;
  return (
    typeof answer?.name === 'string' &&
    typeof answer.status === 'number' &&
    typeof answer.message === 'string'
  );
}
