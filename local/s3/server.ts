import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DropConnection, type Faults, ServiceFault, type WireRequest } from '../faults.js';
import { readBody } from '../http/read-body.js';
import { type Credentials, isAnonymous, verifySignature } from '../sigv4.js';
import { corsHeaders, preflight } from './cors.js';
import { s3Error } from './errors.js';
import { readContent } from './operations/objects.js';
import { postObject } from './operations/post-object.js';
import { writeContent } from './operations/write-content.js';
import { readRequest, type S3Request, type S3Response } from './request.js';
import { type Route, route } from './router.js';
import { openStore, type Store } from './store.js';
import { xmlError } from './xml.js';

/** The S3 twin. */
export interface S3 {
  handler: RequestListener;
  /** An object's bytes, read without a request. Throws ServiceFault (NoSuchBucket, NoSuchKey, ...) as GetObject does. */
  readObject(object: { bucket: string; key: string; version?: string }): Promise<Buffer>;
  /** Puts an object without a request; tells its version where the bucket keeps versions. Throws NoSuchBucket. */
  writeObject(object: {
    bucket: string;
    key: string;
    bytes: Uint8Array;
    kmsKeyId?: string;
  }): Promise<{ version?: string }>;
  close(): Promise<void>;
}

/** A body is held in memory; S3 itself takes 5 GB in one PUT. Longer objects go by multipart upload. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/**
 * An S3 that unmodified SDKs, CLI and browsers can talk to, path style. What it implements is the table in router.ts; the
 * rest answers NotImplemented. Throws when `directory` cannot be opened.
 */
export async function createS3(options: {
  directory: string;
  credentials: Credentials;
  faults: Faults;
}): Promise<S3> {
  const { credentials, faults } = options;
  const store = await openStore(options.directory);

  const answer = async (incoming: IncomingMessage, requestId: string): Promise<S3Response> => {
    const body = await readBody(incoming, MAX_BODY_BYTES, () => s3Error('EntityTooLarge'));
    const wire = { method: incoming.method ?? '', url: incoming.url ?? '/', headers: incoming.headers, body };
    const request = readRequest(wire);
    const cors = corsHeaders(await store.metadata.buckets.get(request.bucket), request);
    if (request.method === 'OPTIONS') return preflight(cors);
    const found = isPost(request) ? postRoute(credentials) : authenticated(route(request), wire, credentials);
    const opened: Readable[] = [];
    const call = { service: 's3', operation: found.operation, requestId, request: wire } as const;
    try {
      const response = await faults.around(call, async () => {
        const result = await found.run(store, request);
        if (result.body instanceof Readable) opened.push(result.body);
        return result;
      });
      return { ...response, headers: { ...response.headers, ...cors } };
    } catch (error) {
      for (const stream of opened) stream.destroy(); // a fault struck after the effect: nobody will read it
      if (error instanceof ServiceFault) Object.assign(error, { headers: { ...headersOf(error), ...cors } });
      throw error;
    }
  };

  return {
    handler(incoming, outgoing) {
      const requestId = randomBytes(8).toString('hex').toUpperCase();
      answer(incoming, requestId)
        .catch((error: unknown) => {
          if (error instanceof DropConnection) throw error;
          return errorResponse(error, incoming.url ?? '/', requestId);
        })
        .then((response) => send(outgoing, response, requestId, incoming.method === 'HEAD'))
        .catch(() => incoming.socket.destroy());
    },
    readObject: ({ bucket, key, version }) => readContent(store, bucket, key, version),
    writeObject: (object) => writeContent(store, object),
    close: store.close,
  };
}

/** Signature first, then the work; both inside the faults, so that a refused request is logged too. */
function authenticated({ operation, run }: Route, wire: WireRequest, credentials: Credentials): Route {
  return {
    operation,
    run(store: Store, request: S3Request) {
      if (isAnonymous(wire)) throw s3Error('AccessDenied');
      verifySignature(wire, { credentials, service: 's3' });
      return run(store, request);
    },
  };
}

/** A browser's form is authorised by the policy inside it. */
function isPost({ method, key, headers }: S3Request): boolean {
  return method === 'POST' && key === '' && /^multipart\/form-data/i.test(headers['content-type'] ?? '');
}

function postRoute(credentials: Credentials): Route {
  return { operation: 'PostObject', run: (store, request) => postObject(store, request, credentials) };
}

function errorResponse(error: unknown, url: string, requestId: string): S3Response {
  const known = error instanceof ServiceFault;
  const message = error instanceof Error ? error.message : String(error);
  return {
    status: known ? error.status : 500,
    headers: { ...headersOf(error), 'content-type': 'application/xml' },
    body: xmlError({
      Code: known ? error.name : 'InternalError',
      Message: message,
      Resource: url.split('?')[0],
      RequestId: requestId,
    }),
  };
}

function headersOf(error: unknown): Record<string, string> {
  return (error as { headers?: Record<string, string> }).headers ?? {};
}

async function send(
  outgoing: ServerResponse,
  response: S3Response,
  requestId: string,
  head: boolean,
): Promise<void> {
  const { status, body } = response;
  const stream = body instanceof Readable ? body : undefined;
  const bytes = stream || body === undefined ? undefined : Buffer.from(body as string | Uint8Array);
  const headers: Record<string, string | number> = { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId };
  if (bytes) headers['content-type'] = 'application/xml';
  if (!stream && status !== 204 && status !== 304) headers['content-length'] = bytes?.length ?? 0;
  for (const [name, value] of Object.entries(response.headers ?? {})) {
    if (value !== undefined) headers[name] = value;
  }
  outgoing.writeHead(status, headers);
  if (stream && !head) await pipeline(stream, outgoing);
  else outgoing.end(head ? undefined : bytes);
}
