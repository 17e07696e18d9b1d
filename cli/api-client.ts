import { setTimeout } from 'node:timers/promises';
import { sayText } from './batch/say.js';

/** An answer of the API that is a problem (RFC 9457), or none of the API's at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** What is sent beside method and path. */
interface Sent {
  body?: object;
  /** RFC 7240, as docs/http.md says: whether the answer is waited for. */
  prefer?: 'respond-async';
  /** So that a request whose answer was lost is not done twice. */
  idempotencyKey?: string;
  /** Whoever asks does not want to know any more. */
  signal?: AbortSignal;
}

/** Calls the HTTP API as any of its clients. */
export interface ApiClient {
  /** @throws ApiProblem; Error when the API cannot be reached */
  call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, sent?: Sent): Promise<T>;
  /** What is no JSON, or too much of it to be read at once. @throws ApiProblem; Error when the API cannot be reached */
  download(path: string): Promise<AsyncIterable<Uint8Array>>;
}

/** A busy service says when to come back; more often than this it is not asked. */
const TRIES = 3;
const REQUEST_WITHIN_MS = 70_000;

/**
 * The API that the environment names: `IDV_API_URL` (http://127.0.0.1:3000 by default) and `IDV_API_KEY`.
 * @param foundIn the file that the environment is from (`installation.ts`), to be named where it may be out of date
 * @throws Error naming what is missing
 */
export function apiClient(environment: NodeJS.ProcessEnv, foundIn?: string): ApiClient {
  const { IDV_API_KEY: key, IDV_API_URL } = environment;
  const url = IDV_API_URL || 'http://127.0.0.1:3000';
  if (!key)
    throw new Error('IDV_API_KEY is not set. Set it to an API key of the account and mode you work on.');
  const remedy = foundIn
    ? `${foundIn} names it: remove that file if \`npm start\` does not run any more.`
    : 'Is IDV_API_URL right, and does it run?';

  const remedied = (error: unknown) =>
    new Error(`The API at ${url} cannot be reached. ${remedy}`, { cause: error });
  const authorization = `Bearer ${key}`;

  async function send(
    method: string,
    path: string,
    { body, prefer, idempotencyKey, signal }: Sent,
  ): Promise<Answer> {
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization,
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(prefer ? { prefer } : {}),
          ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.any([AbortSignal.timeout(REQUEST_WITHIN_MS), ...(signal ? [signal] : [])]),
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw remedied(error);
    }
  }

  return {
    async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, sent: Sent = {}): Promise<T> {
      for (let nth = 1; ; nth++) {
        const answer = await send(method, path, sent);
        const { ok, status, headers } = answer.response;
        const json = jsonOf(answer.text);
        if (ok && (json || status === 204)) return json as T;
        const retryAfter = Number(headers.get('retry-after') ?? 0);
        if (status !== 503 || nth === TRIES) throw json ? problemOf(status, json) : noAnswer(url, answer);
        await setTimeout(
          Math.max(1, retryAfter || 0) * 1_000,
          undefined,
          sent.signal && { signal: sent.signal },
        );
      }
    },
    async download(path) {
      // Without a limit of time: a list of millions of photos takes as long as the line takes.
      const response = await fetch(new URL(path, url), { headers: { authorization } }).catch((error) => {
        throw remedied(error);
      });
      if (response.ok && response.body) return response.body;
      const text = await response.text();
      const json = jsonOf(text);
      throw json ? problemOf(response.status, json) : noAnswer(url, { response, text });
    },
  };
}

interface Answer {
  response: Response;
  text: string;
}

function jsonOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  errors?: readonly { pointer: string; message: string }[];
}

function problemOf(status: number, { code = '', title, detail, errors = [] }: Problem): ApiProblem {
  // An error of one field may say what the problem says of all.
  const others = errors.filter(({ message }) => message !== detail);
  const fields = others.map(({ pointer, message }) => `${pointer} ${message}`.trim());
  const parts = [title, detail, ...fields].filter((part) => part !== undefined);
  const said = parts.map((part, at) => (at < parts.length - 1 ? ended(part) : part)).join(' ');
  return new ApiProblem(status, code, said || `The API answered ${status} without saying why.`);
}

/** So that another sentence may follow. */
const ended = (text: string) => (/[.!?:]$/.test(text) ? text : `${text}.`);

/** As a proxy in front of the API answers, and any other site. */
function noAnswer(url: string, { response, text }: Answer): ApiProblem {
  const { status } = response;
  const statusText = sayText(response.statusText);
  const begins = sayText(text.replace(/\s+/g, ' ').trim().slice(0, 80));
  return new ApiProblem(
    status,
    '',
    `${url} answered ${`${status} ${statusText}`.trim()} and not as the API does ("${begins}"): ask whoever runs what stands in front of it, or mend IDV_API_URL.`,
  );
}
