import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Client, WorkflowUpdateHandle } from '@temporalio/client';
import type { Problem } from '../problem.js';
import { type Answer, answerTo } from './answer.js';

/** A worker accepts a command with its next task, which may be held up by a call to AWS. */
const ACCEPT_WITHIN_MS = 8_000;

const tracer = trace.getTracer('idv');

/** Messages to workflows whose answer is waited for. */
export interface Delivery<State> {
  sent(message: string, id: string, withinMs: number, send: () => Promise<State>): Promise<Answer<State>>;
  /** Delivers a command, however long the caller wants to wait; only its result may come late. */
  command(
    message: string,
    id: string,
    withinMs: number,
    send: () => Promise<WorkflowUpdateHandle<State>>,
  ): Promise<Answer<State>>;
}

/**
 * @param about.idAttribute of the span: what the id is of
 * @param about.unavailable the problem of a command that may not have arrived
 */
export function createDelivery<State>(
  client: Client,
  about: { idAttribute: string; unavailable: (id: string) => Problem },
): Delivery<State> {
  const sent: Delivery<State>['sent'] = (message, id, withinMs, send) =>
    tracer.startActiveSpan(`update.${message}`, async (span) => {
      span.setAttribute(about.idAttribute, id);
      try {
        return { state: await client.withDeadline(Date.now() + withinMs, send) };
      } catch (error) {
        const answer = answerTo(error);
        if (answer) return answer;
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });

  return {
    sent,
    async command(message, id, withinMs, send) {
      const until = Date.now() + withinMs;
      let accepted = false;
      const answer = await sent(message, id, Math.max(withinMs, ACCEPT_WITHIN_MS), async () => {
        const update = await send();
        accepted = true;
        return client.withDeadline(Math.max(until, Date.now() + 1), () => update.result());
      });
      if ('late' in answer && !accepted) throw about.unavailable(id);
      return answer;
    },
  };
}
