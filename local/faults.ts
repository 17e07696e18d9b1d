import { setTimeout as sleep } from 'node:timers/promises';
import { DropConnection } from './faults/errors.js';
import type { FaultRule } from './faults/fault-rule.js';
import { type LoggedRequest, requestLog, type WireRequest } from './faults/request-log.js';
import { ruleBook } from './faults/rule-book.js';
import {
  initialSettings,
  patched,
  type ServiceName,
  type Settings,
  type SettingsPatch,
} from './faults/settings.js';
import { createThrottle } from './faults/throttle.js';

export { DropConnection, ServiceFault } from './faults/errors.js';
export type { FaultRule } from './faults/fault-rule.js';
export type { LoggedRequest, WireRequest } from './faults/request-log.js';
export type { ServiceName, Settings, SettingsPatch } from './faults/settings.js';

/** One call on its way through a service. */
export interface Call {
  service: ServiceName;
  operation: string;
  requestId: string;
  request: WireRequest;
}

/** Quotas, latency, planned faults and the request log of the whole twin. */
export interface Faults {
  /**
   * Logs the call, then runs `effect` under the settings: quota, latency, faults before and after.
   * Throws ServiceFault or DropConnection where a fault strikes, otherwise what `effect` throws; answers what it answers.
   * A result with a numeric `status` is logged with it.
   */
  around<T>(call: Call, effect: () => Promise<T>): Promise<T>;
  /** A copy of the settings in force. */
  settings(): Settings;
  /** Lays `patch` over the settings. Throws an Error that names the field when it does not fit. */
  update(patch: SettingsPatch): Settings;
  /** Initial settings with `patch` over them. */
  replace(patch: SettingsPatch): Settings;
  rules(): FaultRule[];
  /** Adds a rule; throws an Error that names the field. The first rule that matches a call strikes. */
  addRule(rule: FaultRule): void;
  /** Removes all rules; calls that hang are dropped. */
  clearRules(): void;
  /** Requests received, oldest first. */
  requests(): LoggedRequest[];
  clearRequests(): void;
  /** Initial settings, full buckets, no rules, no requests; calls that hang are dropped. */
  reset(): void;
}

/** The settings store that all services of one twin share. `now` gives milliseconds that never go back. */
export function createFaults(now: () => number = () => performance.now()): Faults {
  let settings = initialSettings();
  const throttle = createThrottle(now);
  const rules = ruleBook();
  const log = requestLog();

  const run = async <T>(call: Call, effect: () => Promise<T>): Promise<T> => {
    const { operations, ...fallback } = settings[call.service];
    const own = { ...fallback, ...operations[call.operation] };
    throttle.admit(call.service, call.operation, own);
    const delay = (own.latencyMs ?? 0) + Math.random() * (own.jitterMs ?? 0);
    if (delay > 0) await sleep(delay);
    await rules.strike('before', call);
    const answer = effect();
    await answer.catch(() => {}); // a refusal is an answer too, and as easily lost
    await rules.strike('after', call);
    return answer;
  };

  return {
    async around(call, effect) {
      const { service, operation, requestId, request } = call;
      const entry = log.begin({ service, operation, requestId }, request, settings.logLimit);
      const startedAt = performance.now();
      try {
        const result = await run(call, effect);
        entry.status = fieldOf(result, 'status', 'number') ?? 200;
        return result;
      } catch (error) {
        entry.status = error instanceof DropConnection ? 0 : (fieldOf(error, 'status', 'number') ?? 500);
        entry.error = fieldOf(error, 'name', 'string') ?? 'Error';
        throw error;
      } finally {
        entry.ms = performance.now() - startedAt;
      }
    },
    settings: () => structuredClone(settings),
    update(patch) {
      settings = patched(settings, patch);
      return structuredClone(settings);
    },
    replace(patch) {
      settings = patched(initialSettings(), patch);
      return structuredClone(settings);
    },
    rules: rules.list,
    addRule: rules.add,
    clearRules: rules.clear,
    requests: log.list,
    clearRequests: log.clear,
    reset() {
      settings = initialSettings();
      throttle.reset();
      log.clear();
      rules.clear();
    },
  };
}

function fieldOf(value: unknown, field: string, type: 'number'): number | undefined;
function fieldOf(value: unknown, field: string, type: 'string'): string | undefined;
function fieldOf(value: unknown, field: string, type: 'number' | 'string'): unknown {
  const found = (value as Record<string, unknown> | null | undefined)?.[field];
  return typeof found === type ? found : undefined;
}
