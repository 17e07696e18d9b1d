import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failures } from '../../workflows/failures.js';
import { CALL_HEADER, type CallOf, callLabel, type FromWorker, type Order } from './protocol.js';

/** Nobody comes to release it: the run goes another way than the one it was held for. */
const RELEASED_AFTER_MS = 5_500;

/** Where faults happen: around every activity, in the process of the worker. */
export interface Striker {
  /** The same activities, under orders. */
  around<A extends object>(activities: A): A;
  obey(orders: readonly Order[]): void;
  release(id: string): void;
}

export function createStriker(tell: (message: FromWorker) => void): Striker {
  const orders = new Map<string, Order[]>();
  const done = new Set<string>();
  const releases = new Map<string, () => void>();
  const numberOf = numbering();
  const underway = new AsyncLocalStorage<string>();
  labelRequests(underway);

  const once = (order: Order | undefined): order is Order => {
    if (!order || done.has(order.id)) return false;
    done.add(order.id);
    return true;
  };
  const struck = ({ id }: Order) => tell({ is: 'struck', id });
  const hang = async ({ id }: Order) => {
    struck({ id } as Order);
    tell({ is: 'reached', id });
    await new Promise(() => {});
  };

  async function perform(call: CallOf, attempt: number, effect: () => Promise<unknown>): Promise<unknown> {
    const due = (orders.get(call.workflowId) ?? []).filter(
      ({ activity, nth }) => activity === call.activity && nth === call.nth,
    );
    const order = (...acts: Order['act'][]) => due.find(({ act }) => acts.includes(act));
    const hold = order('hold');
    if (once(hold)) {
      const released = new Promise<void>((resolve) => releases.set(hold.id, resolve));
      tell({ is: 'reached', id: hold.id });
      await Promise.race([released, delay(RELEASED_AFTER_MS, undefined, { ref: false })]);
    }
    const skip = (orders.get(call.workflowId) ?? []).find(
      ({ act, activity }) => act === 'skip' && activity === call.activity,
    );
    if (skip) {
      struck(skip);
      return skip.answer;
    }
    const throttle = order('throttled');
    if (throttle && attempt <= 2) {
      struck(throttle);
      throw failure(failures.throttled, { nextRetryDelay: 50 });
    }
    const instead = order('before', 'timeout', 'hang-before');
    if (once(instead)) {
      if (instead.act === 'hang-before') await hang(instead);
      struck(instead);
      if (instead.act === 'timeout') await Context.current().cancelled;
      throw failure(failures.dependencyUnavailable);
    }
    const answer = await effect();
    const afterwards = order('after', 'denied', 'hang-after');
    if (once(afterwards)) {
      if (afterwards.act === 'hang-after') await hang(afterwards);
      struck(afterwards);
      throw afterwards.act === 'denied'
        ? failure(failures.operatorMustAct, { nonRetryable: true })
        : failure(failures.dependencyUnavailable);
    }
    const watch = order('watch');
    if (once(watch)) tell({ is: 'reached', id: watch.id });
    return answer;
  }

  return {
    around(activities) {
      const entries = Object.entries(activities).map(([name, run]) => [
        name,
        (request: never) => {
          const { info } = Context.current();
          const workflowId = info.workflowExecution?.workflowId ?? '';
          const call = { workflowId, activity: name, nth: numberOf(workflowId, name, info.activityId) };
          const effect = () =>
            underway.run(`${callLabel(call)}${info.attempt}`, () => run(request) as Promise<unknown>);
          return perform(call, info.attempt, effect);
        },
      ]);
      return Object.fromEntries(entries) as typeof activities;
    },
    obey(given) {
      for (const order of given)
        orders.set(order.workflowId, [...(orders.get(order.workflowId) ?? []), order]);
    },
    release: (id) => releases.get(id)?.(),
  };
}

/** Which call of its name an activity is, in the order in which they first began; further tries have the same number. */
function numbering(): (workflowId: string, activity: string, activityId: string) => number {
  const seen = new Map<string, string[]>();
  return (workflowId, activity, activityId) => {
    const key = `${workflowId} ${activity}`;
    const ids = seen.get(key) ?? [];
    if (!ids.includes(activityId)) ids.push(activityId);
    seen.set(key, ids);
    return ids.indexOf(activityId) + 1;
  };
}

/** Every request to AWS says of which call it is, so that the twin can lose the answer to one of them. */
function labelRequests(underway: AsyncLocalStorage<string>): void {
  const send = http.request;
  http.request = ((...args: Parameters<typeof send>) => {
    const request = send(...args);
    const label = underway.getStore();
    if (label) request.setHeader(CALL_HEADER, label);
    return request;
  }) as typeof send;
  syncBuiltinESMExports();
}

function failure(type: string, options: { nonRetryable?: boolean; nextRetryDelay?: number } = {}) {
  return ApplicationFailure.create({ type, message: 'The fault sweep did this.', ...options });
}
