import { DropConnection, ServiceFault } from './errors.js';
import { type FaultRule, parseFaultRule } from './fault-rule.js';
import type { WireRequest } from './request-log.js';
import type { ServiceName } from './settings.js';

/** The planned faults of the twin. */
export interface RuleBook {
  /** Throws ServiceFault or DropConnection when a rule strikes this call. The first rule that matches does. */
  strike(
    when: FaultRule['when'],
    call: { service: ServiceName; operation: string; request: WireRequest },
  ): Promise<void>;
  /** Rules not spent yet, `times` being what is left of them. */
  list(): FaultRule[];
  /** Throws an Error that names the field that does not fit. */
  add(rule: unknown): void;
  /** Removes all rules; calls that hang are dropped. */
  clear(): void;
}

interface LiveRule extends FaultRule {
  left: number;
  /** Requests that still pass. */
  toSkip: number;
}

/** An empty rule book. */
export function ruleBook(): RuleBook {
  let rules: LiveRule[] = [];
  const hanging = new Set<() => void>();
  return {
    async strike(when, call) {
      const rule = rules.find((candidate) => candidate.when === when && matches(candidate, call));
      if (!rule) return;
      if (rule.toSkip > 0) {
        rule.toSkip -= 1;
        return;
      }
      rule.left -= 1;
      if (rule.error === 'drop') throw new DropConnection();
      if (rule.error === 'hang') {
        await new Promise<void>((resolve) => hanging.add(resolve));
        throw new DropConnection();
      }
      throw new ServiceFault(rule.error.name, rule.error.status, rule.error.message);
    },
    list: () =>
      rules.filter(({ left }) => left > 0).map(({ left, toSkip, ...rule }) => withTimes(rule, left)),
    add(rule) {
      const parsed = parseFaultRule(rule);
      rules.push({
        ...parsed,
        left: parsed.times ?? Number.POSITIVE_INFINITY,
        toSkip: parsed.skip ?? 0,
      });
    },
    clear() {
      rules = [];
      for (const release of hanging) release();
      hanging.clear();
    },
  };
}

function matches(
  { left, service, operation, match, probability = 1 }: LiveRule,
  call: { service: ServiceName; operation: string; request: WireRequest },
): boolean {
  if (left <= 0 || service !== call.service) return false;
  if (operation !== '*' && operation !== call.operation) return false;
  if (match !== undefined && !says(call.request, match)) return false;
  return probability >= 1 || Math.random() < probability;
}

function says({ url, body, headers }: WireRequest, text: string): boolean {
  if (url.includes(text) || Buffer.from(body).includes(text)) return true;
  return Object.values(headers).some((value) => value?.includes(text));
}

function withTimes(rule: FaultRule, left: number): FaultRule {
  return Number.isFinite(left) ? { ...rule, times: left } : rule;
}
