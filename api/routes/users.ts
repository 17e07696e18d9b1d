import { Router } from 'express';
import type { Ports, Profile } from '../../activities/ports.js';
import { begunErasure } from '../../domain/erasure.js';
import { actorOf, tenantOf } from '../authenticate.js';
import type { ErasureFlows } from '../flows/erasures.js';
import type { Identities } from '../identities.js';
import { problems } from '../problem.js';
import { renderErasure } from '../render-erasure.js';

/** `/v1/users/{id}`: a user exists if at least one face of theirs is active (docs/decisions/law-of-faces.md). */
export function users({
  ports: { users: table, erasures },
  flows,
  identities,
}: {
  ports: Pick<Ports, 'users' | 'erasures'>;
  flows: ErasureFlows;
  identities: Identities;
}): Router {
  const router = Router();
  router.get('/:id', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const user = await table.read(tenant, identities.subject(tenant, request.params.id));
    const active = user?.faces.filter((face) => face.state === 'active') ?? [];
    if (!user || active.length === 0) throw problems.notFound('user');
    response.json({
      id: user.userId ?? request.params.id,
      object: 'user',
      livemode: tenant.mode === 'live',
      status: 'active',
      profile: user.profile ? renderProfile(user.profile) : null,
      faces: active.flatMap((face) =>
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
