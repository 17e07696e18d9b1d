import { Router } from 'express';
import type { Ports } from '../../activities/ports.js';
import { tenantOf } from '../authenticate.js';
import { problems } from '../problem.js';
import { renderErasure } from '../render-erasure.js';

/** `/v1/erasures/{id}`: the receipt of an erasure, kept after the user is gone. */
export function erasures(store: Ports['erasures']): Router {
  const router = Router();
  router.get('/:id', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { id } = request.params;
    const erasure = /^er_[0-9a-f]{32}$/.test(id) ? await store.read(tenant, id) : undefined;
    if (!erasure) throw problems.notFound('erasure');
    response.json(renderErasure(tenant, erasure));
  });
  return router;
}
