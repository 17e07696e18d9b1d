import { type Request, Router } from 'express';
import type { Ports } from '../../activities/ports.js';
import { tenantOf } from '../authenticate.js';
import { listDuplicates, listPairs, resolveDuplicate } from '../batch-duplicates.js';
import type { BatchJobs } from '../batch-jobs.js';
import type { BatchFlows } from '../flows/batch-jobs.js';
import { renderList } from '../list-page.js';
import { parse } from '../parse.js';
import { commandBody } from '../read-body.js';
import {
  decisionOf,
  listDuplicatesSchema,
  listPairsSchema,
  resolveDuplicateSchema,
} from '../schemas/batch-duplicates.js';
import { batchIdOf } from './batch-id.js';

/** `/v1/batch-jobs/{id}/duplicates`: one person under two user ids. */
export function batchDuplicates({
  jobs,
  within,
  ...deps
}: {
  jobs: Pick<BatchJobs, 'read'>;
  ports: Pick<Ports, 'batches' | 'users'>;
  flows: Pick<BatchFlows, 'resolveDuplicate'>;
  within: (request: Request) => number;
}): Router {
  const router = Router();

  router.get('/:id/duplicates', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { limit, cursor, open } = parse(listDuplicatesSchema, request.query);
    const { jobId } = await jobs.read(tenant, batchIdOf(request, 'bj', 'batch job'));
    const filter = { limit, cursor, open: open === 'true' };
    const { data, nextCursor, complete } = await listDuplicates(deps, tenant, jobId, filter);
    response.json({ ...renderList(data, nextCursor), complete });
  });

  router.get('/:id/duplicates/pairs', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { limit, cursor, open } = parse(listPairsSchema, request.query);
    const { jobId } = await jobs.read(tenant, batchIdOf(request, 'bj', 'batch job'));
    const { data, nextCursor } = await listPairs(deps, tenant, jobId, {
      limit,
      cursor,
      open: open === 'true',
    });
    response.json(renderList(data, nextCursor));
  });

  router.post('/:id/duplicates/resolve', ...commandBody(), async (request, response) => {
    const tenant = tenantOf(response.locals);
    const body = parse(resolveDuplicateSchema, request.body ?? {});
    const { jobId } = await jobs.read(tenant, batchIdOf(request, 'bj', 'batch job'));
    const asked = { tenant, jobId, pairId: body.pair, decision: decisionOf(body) };
    const resolution = await resolveDuplicate(deps, asked, within(request));
    response.status(resolution ? 200 : 202).json({
      id: body.pair,
      object: 'duplicate_pair',
      status: resolution ? 'resolved' : 'processing',
      resolution: resolution ?? null,
    });
  });

  return router;
}
