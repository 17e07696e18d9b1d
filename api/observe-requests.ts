import { randomBytes } from 'node:crypto';
import { SpanKind, trace } from '@opentelemetry/api';
import type { Request, RequestHandler } from 'express';
import { createHistogram } from '../telemetry/instruments.js';
import { log } from '../telemetry/log.js';

const tracer = trace.getTracer('idv');
const duration = createHistogram('idv.http.duration', {
  unit: 'ms',
  description: 'HTTP requests by method, route and status',
});

/** Gives every request an id, a span, a measurement and a log line; of its path only the route is kept. */
export const observeRequests: RequestHandler = (request, response, next) => {
  const requestId = `req_${randomBytes(12).toString('hex')}`;
  response.locals.requestId = requestId;
  response.set('Request-Id', requestId);
  const started = performance.now();
  tracer.startActiveSpan(`HTTP ${request.method}`, { kind: SpanKind.SERVER }, (span) => {
    response.once('close', () => {
      const route = routeOf(request);
      const facts = { method: request.method, route, status: response.statusCode };
      const ms = performance.now() - started;
      span.setAttributes({
        'http.request.method': facts.method,
        'http.route': route,
        'http.response.status_code': facts.status,
      });
      span.end();
      duration.record(ms, facts);
      log.info({ requestId, ...facts, ms: Math.round(ms) }, 'request');
    });
    next();
  });
};

/** As the program has it; empty where no route took the request, whose path could then be anything. */
function routeOf({ route, originalUrl }: Request): string {
  const path = (route as { path?: string } | undefined)?.path;
  if (path === undefined) return '';
  const [resource = ''] = /^\/v1\/[a-z-]+/.exec(originalUrl) ?? [];
  return `${resource}${path}`;
}
