import { ServiceError } from '@temporalio/client';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import multer from 'multer';
import { log, loggable } from '../telemetry/log.js';
import { ImageRefused } from './images/image-refused.js';
import { Problem, problems } from './problem.js';
import { PHOTO_INPUTS } from './read-body.js';

/** For whatever no route took. */
export const noSuchRoute: RequestHandler = () => {
  throw problems.notFound('resource');
};

/** Every error becomes a problem document (RFC 9457). What is ours to mend is logged, and says no more than that. */
export const answerProblems: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) return next(error);
  const problem = asProblem(error);
  if (problem.status >= 500) {
    log.error(
      { requestId: response.locals.requestId, code: problem.code, error: loggable(error) },
      'request failed',
    );
  }
  send(response, problem);
  request.resume(); // an upload that was refused early is read to its end, so that the answer arrives
};

function send(response: Response, problem: Problem): void {
  const { retry_after } = problem.extras;
  if (retry_after !== undefined) response.set('Retry-After', String(retry_after));
  response
    .status(problem.status)
    .type('application/problem+json')
    .json({
      type: `urn:idv:problem:${problem.code}`,
      title: problem.title,
      status: problem.status,
      detail: problem.detail,
      code: problem.code,
      request_id: response.locals.requestId,
      ...problem.extras,
    });
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ImageRefused) {
    const extras = error.status === 503 ? { retry_after: 5 } : {};
    return new Problem(error.status, error.code, error.title, error.detail, extras);
  }
  if (error instanceof multer.MulterError) {
    if (error.code === 'LIMIT_FILE_SIZE') return asProblem(new ImageRefused('image_too_large'));
    return problems.invalid([
      { pointer: '', message: `Send each photo once, as a file named ${PHOTO_INPUTS.join(', ')}.` },
    ]);
  }
  const { type, status } = (error ?? {}) as { type?: string; status?: number };
  if (type === 'entity.too.large') return asProblem(new ImageRefused('image_too_large'));
  if (type === 'entity.parse.failed') return problems.malformed('The body is not valid JSON.');
  if (status !== undefined && status >= 400 && status < 500) {
    return problems.malformed('Check the encoding, length and syntax of the request.');
  }
  if (isUnreachable(error))
    return problems.unavailable('A service behind this one does not answer. Try again.');
  return new Problem(
    500,
    'internal_error',
    'Something went wrong on our side',
    'Try again. If it stays, give the operator the request_id.',
  );
}

/** Of `workflows/failures.ts`: a later try may not meet them. An operator is told by the log what must be mended first. */
const UNREACHABLE: readonly unknown[] = ['Throttled', 'DependencyUnavailable', 'OperatorMustAct'];

/** DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE, https://grpc.io/docs/guides/status-codes/ */
const GRPC_UNREACHABLE: readonly unknown[] = [4, 8, 14];

/**
 * Something behind the API failed. Temporal's client wraps what happened in a ServiceError whose cause has gRPC's code.
 */
function isUnreachable(error: unknown): boolean {
  const { type, code, cause } = (error ?? {}) as { type?: unknown; code?: unknown; cause?: unknown };
  if (UNREACHABLE.includes(type) || GRPC_UNREACHABLE.includes(code)) return true;
  return error instanceof ServiceError && cause !== undefined && isUnreachable(cause);
}
