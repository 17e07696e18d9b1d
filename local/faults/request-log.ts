import type { ServiceName } from './settings.js';

/** A request as it came over the wire. */
export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Uint8Array;
}

/** One request that the twin received, and what became of it. */
export interface LoggedRequest {
  id: number;
  /** ISO 8601, when it arrived. */
  at: string;
  service: ServiceName;
  operation: string;
  requestId: string;
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  /** Text, with long values (images, mostly) cut to their first 256 characters. */
  body: string;
  /** HTTP status of the answer; 0: the connection was dropped; undefined: still under way. */
  status?: number;
  /** Name of the error answered. */
  error?: string;
  /** Milliseconds until the answer. */
  ms?: number;
}

/** The last requests, oldest first. */
export interface RequestLog {
  /** Notes that a request has come; the caller fills in what became of it. Keeps the last `limit` requests. */
  begin(
    call: Pick<LoggedRequest, 'service' | 'operation' | 'requestId'>,
    request: WireRequest,
    limit: number,
  ): LoggedRequest;
  list(): LoggedRequest[];
  clear(): void;
}

/** An empty log. */
export function requestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let sequence = 0;
  return {
    begin(call, { method, url, headers, body }, limit) {
      const entry = { id: ++sequence, at: new Date().toISOString(), ...call, method, url, headers, body: '' };
      if (limit === 0) entries = [];
      else {
        entry.body = readableBody(body);
        entries.push(entry);
        if (entries.length > limit) entries = entries.slice(-Math.ceil(limit * 0.9)); // not one by one: slicing copies
      }
      return entry;
    },
    list: () => [...entries],
    clear() {
      entries = [];
    },
  };
}

const KEEP = 256;

/** `body` as searchable text: JSON strings and binary bodies longer than 256 characters are cut. */
export function readableBody(body: Uint8Array): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isBinary(bytes)) return `${bytes.toString('latin1', 0, KEEP)}...(${bytes.length} bytes)`;
  const text = bytes.toString('utf8');
  return text.length > KEEP ? text.split('"').map(shortened).join('"') : text;
}

/** A NUL or an invalid UTF-8 start among the first bytes: an image, not text. */
function isBinary(bytes: Buffer): boolean {
  const head = bytes.subarray(0, KEEP);
  return head.includes(0) || head.toString('utf8').includes('\uFFFD');
}

/** A run of base64 that is too long to be anything but an image. */
function shortened(part: string): string {
  if (part.length <= KEEP || /[^A-Za-z0-9+/=_-]/.test(part)) return part;
  return `${part.slice(0, KEEP)}...(${part.length} characters)`;
}
