import { setTimeout } from 'node:timers/promises';

/** An answer of the API that is a problem (RFC 9457). */
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

/** Calls the HTTP API as any of its clients. */
export interface ApiClient {
  /** @throws ApiProblem; Error when the API cannot be reached */
  call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T>;
}

/** A busy service says when to come back; more often than this it is not asked. */
const TRIES = 3;
const REQUEST_WITHIN_MS = 70_000;

/**
 * The API that the environment names: `IDV_API_URL` (http://127.0.0.1:3000 by default) and `IDV_API_KEY`.
 * @throws Error naming what is missing
 */
export function apiClient(environment: NodeJS.ProcessEnv): ApiClient {
  const { IDV_API_KEY: key, IDV_API_URL: url = 'http://127.0.0.1:3000' } = environment;
  if (!key)
    throw new Error('IDV_API_KEY is not set. Set it to an API key of the account and mode you work on.');

  async function send(method: string, path: string, body?: object): Promise<Response> {
    try {
      return await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(REQUEST_WITHIN_MS),
      });
    } catch (error) {
      throw new Error(`The API at ${url} cannot be reached. Is IDV_API_URL right, and does it run?`, {
        cause: error,
      });
    }
  }

  return {
    async call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
      for (let nth = 1; ; nth++) {
        const response = await send(method, path, body);
        const answer = (await response.json()) as { code?: string; title?: string; detail?: string };
        if (response.ok) return answer as T;
        const retryAfter = Number(response.headers.get('retry-after') ?? 0);
        if (response.status !== 503 || nth === TRIES) {
          throw new ApiProblem(response.status, answer.code ?? '', `${answer.title}. ${answer.detail}`);
        }
        await setTimeout(Math.max(1, retryAfter) * 1_000);
      }
    },
  };
}
