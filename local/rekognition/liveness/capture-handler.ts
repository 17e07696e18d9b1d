import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { DropConnection, ServiceFault } from '../../faults.js';
import { readBody } from '../../http/read-body.js';
import type { Context } from '../operations/context.js';
import { list, object, text } from '../operations/fields.js';
import { judge } from './judge.js';
import type { SessionStatus } from './session.js';

/** Ten photos of 2.4 MB in base64. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const PATH = /^\/face-liveness-sessions\/([^/?]+)\/frames$/;

/** A capture is sent from a page of another origin. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '600',
};

const capture = object({ frames: list(text({ min: 1 }), { min: 1, max: 10 }) });

/** The request is a capture, or a browser's question whether it may send one. */
export function isCapture({ url, method }: IncomingMessage): boolean {
  return PATH.test(url ?? '') && (method === 'POST' || method === 'OPTIONS');
}

/**
 * `POST /face-liveness-sessions/{SessionId}/frames` with `{"frames": ["<base64 of a JPEG or PNG>", ...]}`, 1-10 of them in
 * the order they were taken: stands in for the video stream (StartFaceLivenessSession), which only AWS's own components
 * speak. It is the whole capture and ends the session; answers `{"SessionId","Status"}`, SUCCEEDED or FAILED, and never
 * the confidence. Unsigned: whoever knows the session may send its capture, once. Errors have `__type` and `message`: 404
 * SessionNotFoundException, 410 SessionExpiredException, 409 ConflictException for the second capture, 400 for a body or
 * an image that cannot be read, which leaves the session as it was.
 */
export function captureHandler(context: Context): RequestListener {
  const answer = async (request: IncomingMessage, requestId: string): Promise<object> => {
    const body = await readBody(request, MAX_BODY_BYTES);
    const { method = '', url = '', headers } = request;
    const wire = { method, url, headers, body };
    const operation = 'StartFaceLivenessSession';
    return context.faults.around(
      { service: 'rekognition', operation, requestId, request: wire },
      async () => {
        const frames = capture(parsed(body), '').frames.map((frame) => Buffer.from(frame, 'base64'));
        const id = PATH.exec(url)?.[1] as string;
        const result = await context.liveness.capture(id, (session, keep) =>
          judge(context, frames, session, keep),
        );
        if ('refused' in result) throw refusal(result.refused);
        const status: SessionStatus = result.ended.outcome?.confidence === undefined ? 'FAILED' : 'SUCCEEDED';
        return { SessionId: id, Status: status };
      },
    );
  };

  return (request, response) => {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, CORS).end();
      return;
    }
    const requestId = randomUUID();
    answer(request, requestId).then(
      (result) => send(response, requestId, 200, result),
      (error: unknown) => {
        if (error instanceof DropConnection) request.socket.destroy();
        else send(response, requestId, ...errorBody(error));
      },
    );
  };
}

function refusal(status: SessionStatus | 'UNKNOWN'): ServiceFault {
  if (status === 'UNKNOWN') return new ServiceFault('SessionNotFoundException', 404, 'Session not found.');
  if (status === 'EXPIRED')
    return new ServiceFault('SessionExpiredException', 410, 'The session has expired. Create another.');
  return new ServiceFault(
    'ConflictException',
    409,
    'The session had its capture already. Create another session for another capture.',
  );
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceFault(
      'SerializationException',
      400,
      'Send a JSON object: {"frames": ["<base64>", ...]}.',
    );
  }
}

function errorBody(error: unknown): [status: number, body: object] {
  const known = error instanceof ServiceFault;
  const message = error instanceof Error ? error.message : String(error);
  return [known ? error.status : 500, { __type: known ? error.name : 'InternalServerError', message }];
}

function send(response: ServerResponse, requestId: string, status: number, result: object): void {
  const headers = { ...CORS, 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  response.writeHead(status, headers).end(JSON.stringify(result));
}
