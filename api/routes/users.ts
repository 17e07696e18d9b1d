import { Router } from 'express';
import type { Ports, Profile, User } from '../../activities/ports.js';
import { begunErasure } from '../../domain/erasure.js';
import type { FaceRecord } from '../../domain/face-record.js';
import type { Tenant } from '../../domain/session.js';
import { actorOf, tenantOf } from '../authenticate.js';
import type { ErasureFlows } from '../flows/erasures.js';
import type { Identities } from '../identities.js';
import { eventPageOf, renderList } from '../list-page.js';
import { problems } from '../problem.js';
import { renderErasure } from '../render-erasure.js';
import { renderUserEvent } from '../render-event.js';

/** `/v1/users/{id}`, and what happened to it: a user exists if at least one face of theirs is active (docs/decisions/law-of-faces.md). */
export function users({
  ports: { users: table, erasures, events },
  flows,
  identities,
}: {
  ports: Pick<Ports, 'users' | 'erasures' | 'events'>;
  flows: ErasureFlows;
  identities: Identities;
}): Router {
  /** Who has no active face is no user yet. @throws Problem 404 */
  async function existing(tenant: Tenant, subject: string): Promise<User & { active: FaceRecord[] }> {
    const user = await table.read(tenant, subject);
    const active = user?.faces.filter((face) => face.state === 'active') ?? [];
    if (!user || active.length === 0) throw problems.notFound('user');
    return { ...user, active };
  }

  const router = Router();
  router.get('/:id', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const user = await existing(tenant, identities.subject(tenant, request.params.id));
    response.json({
      id: user.userId ?? request.params.id,
      object: 'user',
      livemode: tenant.mode === 'live',
      status: 'active',
      profile: user.profile ? renderProfile(user.profile) : null,
      faces: user.active.flatMap((face) =>
        Object.entries(face.faces).map(([generation, indexed]) => ({
          face_id: indexed.faceId,
          collection: indexed.collection,
          generation,
          face_model_version: indexed.faceModelVersion,
          image: `s3://${face.image.bucket}/${face.image.key}`,
          verification_session: face.rank.sessionId,
        })),
      ),
      created_at: user.createdAt === undefined ? null : new Date(user.createdAt).toISOString(),
    });
  });

  router.get('/:id/events', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const subject = identities.subject(tenant, request.params.id);
    const { userId = request.params.id } = await existing(tenant, subject);
    const page = await events.listOfUser(tenant, subject, eventPageOf(request));
    const data = page.events.map((event) => renderUserEvent(tenant, { userId, subject }, event));
    response.json(renderList(data, page.nextCursor));
  });

  router.delete('/:id', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const subject = identities.subject(tenant, request.params.id);
    const requestedBy = actorOf(response.locals);
    const erasureId = await flows.erase({ tenant, subject, requestedBy });
    const begun = begunErasure({ erasureId, subject, requestedBy, requestedAt: Date.now() });
    // Unless its workflow has made it meanwhile: the receipt is there to be read from now on.
    await erasures.create(tenant, begun);
    const erasure = (await erasures.read(tenant, erasureId)) ?? begun;
    response.location(`/v1/erasures/${erasureId}`);
    response.status(202).json(renderErasure(tenant, erasure));
  });
  return router;
}

function renderProfile({ birthDate, documentNumber, ...profile }: Profile) {
  return {
    ...profile,
    ...(birthDate ? { birth_date: birthDate } : {}),
    ...(documentNumber ? { document_number: documentNumber } : {}),
  };
}
