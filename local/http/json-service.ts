import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { DropConnection, type Faults, ServiceFault, type ServiceName, type WireRequest } from '../faults.js';
import { type Credentials, verifySignature } from '../sigv4.js';
import { readBody } from './read-body.js';

/** A service of the AWS JSON protocol: `POST /`, operation in X-Amz-Target, JSON in and out, errors with `__type`. */
export interface JsonService {
  name: ServiceName;
  /** What stands before the dot in X-Amz-Target, e.g. `DynamoDB_20120810`. */
  target: string;
  contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  /** In bytes; a longer body is answered with RequestEntityTooLarge (413). */
  maxBodyBytes: number;
  /** The work of an operation, or undefined for one that the service does not know. */
  operation(name: string): ((input: JsonObject, requestId: string) => Promise<object>) | undefined;
  /** Full `__type` of an error; plain names are fine for the SDKs. */
  errorType?(name: string): string;
}

/** A JSON object of unknown fields. */
export type JsonObject = Record<string, unknown>;

/** Turns a service into a handler for node:http: signature, faults, dispatch, and no error that goes unanswered. */
export function jsonHandler(
  service: JsonService,
  options: { credentials: Credentials; faults: Faults; now?: () => Date },
): RequestListener {
  const answer = async (request: IncomingMessage, requestId: string): Promise<object> => {
    const body = await readBody(request, service.maxBodyBytes);
    const wire: WireRequest = {
      method: request.method ?? '',
      url: request.url ?? '/',
      headers: request.headers,
      body,
    };
    const [prefix, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const operation = prefix === service.target ? service.operation(name) : undefined;
    return options.faults.around(
      { service: service.name, operation: operation ? name : 'Unknown', requestId, request: wire },
      async () => {
        const now = options.now?.();
        verifySignature(wire, {
          credentials: options.credentials,
          service: service.name,
          ...(now && { now }),
        });
        if (!operation) throw unknownOperation(name);
        return operation(parsed(body), requestId);
      },
    );
  };

  return (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      response.end(`healthy: ${service.name}\n`);
      return;
    }
    const requestId = randomUUID();
    answer(request, requestId).then(
      (result) => send(response, service, requestId, 200, result),
      (error: unknown) => {
        if (error instanceof DropConnection) request.socket.destroy();
        else send(response, service, requestId, ...errorBody(error, service));
      },
    );
  };
}

/** An error with fields beside name and message, e.g. the `Item` of a failed condition. */
export function faultWith(fault: ServiceFault, fields: JsonObject): ServiceFault {
  return Object.assign(fault, { fields });
}

function unknownOperation(name: string): ServiceFault {
  const what = name
    ? `The operation ${name} is not known to the twin.`
    : 'The X-Amz-Target header is missing.';
  return new ServiceFault('UnknownOperationException', 400, what);
}

function parsed(body: Buffer): JsonObject {
  try {
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // answered below, with everything else that is not an object
  }
  throw new ServiceFault('SerializationException', 400, 'The body must be a JSON object.');
}

function errorBody(error: unknown, service: JsonService): [status: number, body: object] {
  const name = error instanceof ServiceFault ? error.name : 'InternalServerError';
  const status = error instanceof ServiceFault ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  const fields = (error as { fields?: JsonObject } | null)?.fields;
  return [status, { __type: service.errorType?.(name) ?? name, message, ...fields }];
}

function send(
  response: ServerResponse,
  service: JsonService,
  requestId: string,
  status: number,
  result: object,
): void {
  const body = Buffer.from(JSON.stringify(result));
  response.writeHead(status, {
    'content-type': service.contentType,
    'content-length': body.length,
    'x-amzn-requestid': requestId,
    'x-amz-crc32': crc32(body),
  });
  response.end(body);
}
