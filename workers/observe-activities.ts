import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { failureType } from '../activities/failure-type.js';
import { createCounter } from '../telemetry/instruments.js';

const tracer = trace.getTracer('idv');
const runs = createCounter('idv.activities', { description: 'Activity runs by type and outcome' });

/** A span and a counter around each activity. No workflow interceptor: histories stay free of telemetry. */
export const observeActivities: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute: (input, next) =>
      tracer.startActiveSpan(`activity.${info.activityType}`, async (span) => {
        span.setAttributes({
          'temporal.workflow_id': info.workflowExecution?.workflowId ?? '',
          'temporal.attempt': info.attempt,
        });
        let outcome = 'ok';
        try {
          return await next(input);
        } catch (error) {
          outcome = failureType(error) ?? 'error';
          span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
          throw error;
        } finally {
          span.end();
          runs.add(1, { activity: info.activityType, outcome });
        }
      }),
  },
});
