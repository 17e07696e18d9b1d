import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { ApiKey } from '../configuration/api-keys.js';
import type { Tenant } from '../domain/session.js';
import { problems } from './problem.js';

/** Who calls: set by `authenticate` on every request that gets past it. */
export function tenantOf(locals: Record<string, unknown>): Tenant {
  return locals.tenant as Tenant;
}

/**
 * Who asks something of a session, as it is recorded: the API key's name (or the start of its hash), and the operator that the
 * caller names, `key/operator`.
 */
export function actorOf(locals: Record<string, unknown>, operator?: string): string {
  const key = locals.actor as string;
  return operator === undefined ? key : `${key}/${operator}`;
}

/**
 * Bearer API keys (RFC 6750). Only their SHA-256 is known here; looking up a hash gives nothing away by its timing.
 * @throws Problem 401
 */
export function authenticate(keys: readonly ApiKey[]): RequestHandler {
  const byHash = new Map(keys.map((key) => [key.sha256, key]));
  return (request, response, next) => {
    const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const key = token && byHash.get(createHash('sha256').update(token).digest('hex'));
    if (!key) {
      response.set('WWW-Authenticate', 'Bearer');
      throw problems.unauthorized();
    }
    response.locals.tenant = { account: key.account, mode: key.mode } satisfies Tenant;
    response.locals.actor = key.name ?? key.sha256.slice(0, 12);
    next();
  };
}
