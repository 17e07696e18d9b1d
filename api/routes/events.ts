import { type Request, Router } from 'express';
import type { Ports } from '../../activities/ports.js';
import { tenantOf } from '../authenticate.js';
import type { Identities } from '../identities.js';
import { parse } from '../parse.js';
import { problems } from '../problem.js';
import { renderSessionEvent, renderUserEvent } from '../render-event.js';
import { listEventsSchema } from '../schemas/list-events.js';

interface EventRoutesDeps {
  identities: Identities;
  ports: Pick<Ports, 'sessions' | 'users' | 'events'>;
}

/** `/v1/verification-sessions/{id}/events` and `/v1/users/{id}/events`: what happened, the oldest first (docs/http.md). */
export function eventRoutes({ identities, ports }: EventRoutesDeps): Router {
  const { sessions, users, events } = ports;
  const router = Router();

  router.get('/verification-sessions/:id/events', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { id } = request.params;
    const found = /^vs_[a-z2-7]{26}$/.test(id) ? await sessions.read(tenant, id) : undefined;
    if (!found) throw problems.notFound('verification session');
    const page = await events.listOfSession(tenant, id, pageOf(request));
    const data = page.events.map((event) => renderSessionEvent(tenant, id, event));
    response.json(listOf(data, page.nextCursor));
  });

  router.get('/users/:id/events', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { id } = request.params;
    const subject = identities.subject(tenant, id);
    const user = await users.read(tenant, subject);
    if (!user?.faces.some((face) => face.state === 'active')) throw problems.notFound('user');
    const page = await events.listOfUser(tenant, subject, pageOf(request));
    const data = page.events.map((event) =>
      renderUserEvent(tenant, { userId: user.userId ?? id, subject }, event),
    );
    response.json(listOf(data, page.nextCursor));
  });

  return router;
}

function pageOf({ query }: Request): { limit: number; cursor?: string } {
  const { limit, cursor } = parse(listEventsSchema, query);
  return { limit, ...(cursor ? { cursor } : {}) };
}

function listOf(data: unknown[], nextCursor: string | undefined) {
  return { object: 'list', data, has_more: nextCursor !== undefined, next_cursor: nextCursor ?? null };
}
