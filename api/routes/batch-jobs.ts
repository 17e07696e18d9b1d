import { type Request, type Response, Router } from 'express';
import type { Ports } from '../../activities/ports.js';
import type { Tenant } from '../../domain/session.js';
import { actorOf, tenantOf } from '../authenticate.js';
import type { BatchJobs, BatchJobView, BatchRequest } from '../batch-jobs.js';
import type { BatchPlans } from '../batch-plans.js';
import { reportFiles, sendReport } from '../batch-report.js';
import type { BatchFlows } from '../flows/batch-jobs.js';
import { itemsCursorOf, parseItemsCursor } from '../items-cursor.js';
import { renderList } from '../list-page.js';
import { parse } from '../parse.js';
import { waitMs } from '../prefer.js';
import { commandBody } from '../read-body.js';
import { renderBatchJob, renderItem } from '../render-batch-job.js';
import {
  cancelBatchSchema,
  createBatchJobSchema,
  listItemsSchema,
  pageSchema,
  pauseBatchSchema,
  planBatchJobSchema,
  rateBatchSchema,
  resumeBatchSchema,
  retryBatchSchema,
} from '../schemas/batch-job.js';
import { keyOf } from '../session-request.js';
import { batchDuplicates } from './batch-duplicates.js';
import { batchIdOf } from './batch-id.js';

export interface BatchRoutesDeps {
  jobs: BatchJobs;
  plans: BatchPlans;
  ports: Pick<Ports, 'batches' | 'archive' | 'users'>;
  flows: BatchFlows;
  answerWithinMs: number;
}

/** A source is two keys and a template at most, of 1,024 bytes each. */
const JOB_BYTES = 16_384;

/** `/v1/batch-jobs`: photos by the million (docs/http.md, docs/batch.md). */
export function batchJobs({ jobs, plans, ports, answerWithinMs, ...more }: BatchRoutesDeps): Router {
  const within = (request: Request) => waitMs(request.get('prefer'), answerWithinMs);
  const shown = (tenant: Tenant, { state, underWay }: BatchJobView) =>
    renderBatchJob(tenant, state, Date.now(), underWay);
  const router = Router();
  router.use(batchDuplicates({ jobs, ports, within, ...more }));

  router.post('/plan', ...commandBody(JOB_BYTES), async (request, response) => {
    const body = parse(planBatchJobSchema, request.body ?? {});
    const planId = await plans.begin(tenantOf(response.locals), body, keyOf(request));
    response.location(`/v1/batch-jobs/plan/${planId}`);
    await planned(request, response, planId);
  });

  router.get('/plan/:id', async (request, response) => {
    await planned(request, response, batchIdOf(request, 'bp', 'plan'));
  });

  router.delete('/plan/:id', async (request, response) => {
    await plans.cancel(tenantOf(response.locals), batchIdOf(request, 'bp', 'plan'));
    response.status(204).end();
  });

  async function planned(request: Request, response: Response, planId: string) {
    const plan = await plans.read(tenantOf(response.locals), planId, within(request));
    if (plan.status === 'processing') response.set('Retry-After', '5');
    response.status(plan.status === 'processing' ? 202 : 200).json(plan);
  }

  router.post('/', ...commandBody(JOB_BYTES), async (request, response) => {
    const tenant = tenantOf(response.locals);
    const body = parse(createBatchJobSchema, request.body ?? {});
    const made = await jobs.create(tenant, body, keyOf(request));
    if (made.replayed) response.set('Idempotent-Replayed', 'true');
    response.location(`/v1/batch-jobs/${made.state.jobId}`);
    response.status(201).json(shown(tenant, made));
  });

  router.get('/', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { jobs: found, nextCursor } = await jobs.list(tenant, pageOf(parse(pageSchema, request.query)));
    response.json(
      renderList(
        found.map((state) => shown(tenant, { state })),
        nextCursor,
      ),
    );
  });

  router.get('/:id', async (request, response) => {
    const tenant = tenantOf(response.locals);
    response.json(shown(tenant, await jobs.show(tenant, jobOf(request))));
  });

  router.get('/:id/items', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { status, reason, limit, cursor } = parse(listItemsSchema, request.query);
    const place = cursor === undefined ? undefined : parseItemsCursor({ status, reason }, cursor);
    const { jobId, chunks } = await jobs.read(tenant, jobOf(request));
    const filter = { chunks: chunks.begun, ...(status ? { status } : {}), ...(reason ? { reason } : {}) };
    const { items, nextCursor } = await ports.batches.items(
      tenant,
      jobId,
      filter,
      pageOf({ limit, cursor: place }),
    );
    const next = nextCursor && itemsCursorOf({ status, reason }, nextCursor);
    response.json(renderList(items.map(renderItem), next));
  });

  for (const kind of Object.keys(reportFiles) as (keyof typeof reportFiles)[]) {
    const paths = kind === 'json' ? ['/:id/report', '/:id/report.json'] : [`/:id/report.${kind}`];
    router.get(paths, async (request, response) => {
      const state = await jobs.read(tenantOf(response.locals), jobOf(request));
      await sendReport(ports.archive, state, kind, response);
    });
  }

  const schemas = {
    pause: pauseBatchSchema,
    resume: resumeBatchSchema,
    rate: rateBatchSchema,
    retry: retryBatchSchema,
    cancel: cancelBatchSchema,
  };
  for (const name of Object.keys(schemas) as (keyof typeof schemas)[]) {
    router.post(`/:id/${name}`, ...commandBody(), async (request, response) => {
      const tenant = tenantOf(response.locals);
      const { operator, ...body } = parse<{ operator?: string | undefined }>(
        schemas[name],
        request.body ?? {},
      );
      const asked: BatchRequest<never> = {
        body: body as never,
        by: actorOf(response.locals, operator),
        idempotencyKey: keyOf(request),
        withinMs: within(request),
      };
      const view = await jobs[name](tenant, jobOf(request), asked);
      if (view.replayed) response.set('Idempotent-Replayed', 'true');
      response.status(view.late ? 202 : 200).json(shown(tenant, view));
    });
  }

  return router;
}

const pageOf = ({ limit, cursor }: { limit: number; cursor?: string | undefined }) => ({
  limit,
  ...(cursor ? { cursor } : {}),
});

const jobOf = (request: Request) => batchIdOf(request, 'bj', 'batch job');
