import { setMaxListeners } from 'node:events';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { asyncLocalStorage } from '@temporalio/activity';
import { createCounter, createHistogram } from '../../telemetry/instruments.js';
import { errorName, toFailure } from './to-failure.js';

const tracer = trace.getTracer('idv');
const calls = createCounter('idv.aws.calls', {
  description: 'Calls to AWS by service, operation and outcome',
});
const duration = createHistogram('idv.aws.duration', {
  unit: 'ms',
  description: 'Duration of calls to AWS',
});

/** What every call to AWS is sent with. */
export interface CallOptions {
  /** Ends the request together with the activity's attempt: cancelled, out of time, or its worker shuts down. */
  abortSignal?: AbortSignal;
}

/**
 * The API calls the same ports outside of any activity. Every request listens to the signal until its connection is free, a moment
 * after its answer: ten rows that are removed at once, block by block, are more than the ten listeners that Node warns of.
 */
function callOptions(): CallOptions {
  const activity = asyncLocalStorage.getStore();
  if (!activity) return {};
  const abortSignal = activity.cancellationSignal;
  setMaxListeners(0, abortSignal);
  return { abortSignal };
}

/**
 * Makes a call to AWS with a span and counters around it. Attributes are the operation and the outcome, never input.
 * @param expected names of errors that are answers to the caller; they are thrown as they are
 * @throws ApplicationFailure see `toFailure`
 */
export async function observed<T>(
  service: 'rekognition' | 'textract' | 'dynamodb' | 's3',
  operation: string,
  call: (options: CallOptions) => Promise<T>,
  expected: readonly string[] = [],
): Promise<T> {
  const started = performance.now();
  const attributes = { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': operation };
  return tracer.startActiveSpan(
    `${service}.${operation}`,
    { kind: SpanKind.CLIENT, attributes },
    async (span) => {
      let outcome = 'ok';
      try {
        return await call(callOptions());
      } catch (error) {
        outcome = errorName(error);
        if (expected.includes(outcome)) throw error;
        span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
        throw toFailure(operation, error);
      } finally {
        span.setAttribute('idv.outcome', outcome);
        span.end();
        calls.add(1, { service, operation, outcome });
        duration.record(performance.now() - started, { service, operation, outcome });
      }
    },
  );
}
