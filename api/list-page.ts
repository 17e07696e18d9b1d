import type { Request } from 'express';
import { parse } from './parse.js';
import { listEventsSchema } from './schemas/list-events.js';

/** Which events a request asks for. @throws Problem 422 */
export function eventPageOf({ query }: Request): { limit: number; cursor?: string } {
  const { limit, cursor } = parse(listEventsSchema, query);
  return { limit, ...(cursor ? { cursor } : {}) };
}

/** A page of a list, as every list of the API has it. */
export function renderList(data: readonly unknown[], nextCursor: string | undefined) {
  return { object: 'list', data, has_more: nextCursor !== undefined, next_cursor: nextCursor ?? null };
}
