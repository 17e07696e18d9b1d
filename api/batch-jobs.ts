import type { Ports } from '../activities/ports.js';
import { allowedBatchCommands, type BatchCommand } from '../domain/batch/commands.js';
import type { Prices } from '../domain/batch/cost.js';
import type { BatchApi, BatchSpec, BatchState, Rates } from '../domain/batch/job.js';
import { newBatchJob } from '../domain/batch/new-job.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import type { Answer } from './flows/answer.js';
import type { BatchFlows, Sending } from './flows/batch-jobs.js';
import type { Identities } from './identities.js';
import { problems } from './problem.js';
import { type CreateBatchJob, namedIn, type RateBatch, ratesOf, withRates } from './schemas/batch-job.js';
import { type SourceBuckets, sourceOf } from './schemas/batch-source.js';
import { requireLeastRate } from './schemas/least-rate.js';

export interface BatchJobsDeps {
  flows: BatchFlows;
  identities: Identities;
  batches: Ports['batches'];
  buckets: SourceBuckets;
  quotas: Rates;
  prices: Prices;
  /** @throws Problem when there is no such policy */
  policy: (name: string | undefined) => Policy;
}

/** A job as the API is about to show it. */
export interface BatchJobView {
  state: BatchState;
  /** What was asked goes on: ask again later. */
  late?: boolean;
  /** The answer was given before. */
  replayed?: boolean;
}

/** Who asks what of a job. */
export interface BatchRequest<Body> {
  body: Body;
  /** An id, see `actorOf`. */
  by: string;
  idempotencyKey: string | undefined;
  withinMs: number;
}

/** What the API does with batch jobs, free of HTTP. Every method throws Problem 404 for a job that the tenant has not. */
export interface BatchJobs {
  create(tenant: Tenant, body: CreateBatchJob, idempotencyKey: string | undefined): Promise<BatchJobView>;
  /** What a job of that request would do. @throws Problem 422 */
  specOf(tenant: Tenant, body: CreateBatchJob): { spec: BatchSpec; policy: Policy };
  read(tenant: Tenant, jobId: string): Promise<BatchState>;
  list(
    tenant: Tenant,
    page: { limit: number; cursor?: string },
  ): Promise<{ jobs: BatchState[]; nextCursor?: string }>;
  pause(tenant: Tenant, jobId: string, request: BatchRequest<object>): Promise<BatchJobView>;
  resume(
    tenant: Tenant,
    jobId: string,
    request: BatchRequest<{ cost_ceiling?: number | undefined }>,
  ): Promise<BatchJobView>;
  rate(tenant: Tenant, jobId: string, request: BatchRequest<RateBatch>): Promise<BatchJobView>;
  retry(
    tenant: Tenant,
    jobId: string,
    request: BatchRequest<Pick<Parameters<BatchFlows['retryBatch']>[1], 'reasons'>>,
  ): Promise<BatchJobView>;
  cancel(tenant: Tenant, jobId: string, request: BatchRequest<{ rollback: boolean }>): Promise<BatchJobView>;
}

export function createBatchJobs(deps: BatchJobsDeps): BatchJobs {
  const { flows, identities, batches, buckets, quotas, prices } = deps;

  async function row(tenant: Tenant, jobId: string): Promise<BatchState> {
    const found = await batches.read(tenant, jobId);
    if (!found) throw problems.notFound('batch job');
    return found;
  }

  /** A job that may be moving is asked itself; its row is what it last wrote. */
  async function read(tenant: Tenant, jobId: string): Promise<BatchState> {
    const written = await row(tenant, jobId);
    const asked = written.endedAt === undefined ? await flows.askBatch({ tenant, jobId }) : undefined;
    return asked && asked.revision > written.revision ? asked : written;
  }

  function specOf(tenant: Tenant, body: CreateBatchJob): { spec: BatchSpec; policy: Policy } {
    const policy = deps.policy(body.policy);
    const { cost_ceiling, limit, duplicates } = body;
    const [rates, named] = [ratesOf(body, quotas), namedIn(body)];
    requireLeastRate(rates, body.rate_windows);
    const spec: BatchSpec = {
      source: sourceOf(body.source, tenant, buckets),
      onExisting: body.on_existing,
      precheck: body.precheck,
      ...(duplicates === undefined ? {} : { duplicates }),
      rates,
      ...(named.length > 0 ? { named } : {}),
      windows: body.rate_windows,
      ...(cost_ceiling === undefined ? {} : { costCeiling: cost_ceiling }),
      ...(limit === undefined ? {} : { limit }),
      policy: { name: policy.name, version: policy.version },
    };
    return { spec, policy };
  }

  /** The same key and body are the same command; without a key it is one of its own. */
  function sending(tenant: Tenant, name: BatchCommand, request: BatchRequest<object>): Sending {
    const { body, idempotencyKey, withinMs } = request;
    const id =
      idempotencyKey === undefined
        ? identities.batchId('bj', tenant, undefined)
        : identities.fingerprint({ body, idempotencyKey });
    return { updateId: `${name}/${id}`, withinMs };
  }

  /** @throws Problem for every answer that is a refusal */
  async function viewOf(
    tenant: Tenant,
    jobId: string,
    name: BatchCommand,
    answer: Answer<BatchState>,
  ): Promise<BatchJobView> {
    if ('state' in answer) return { state: answer.state };
    if ('wrongStatus' in answer) {
      throw problems.jobWrongStatus(name, answer.wrongStatus.status, answer.wrongStatus.allowed, jobId);
    }
    if ('ceilingTooLow' in answer) throw problems.ceilingTooLow(jobId);
    if ('unavailable' in answer) throw problems.unavailable('Send the same request again.');
    const state = await row(tenant, jobId);
    // A job that was just made has its row before its workflow.
    const allowed = state.revision === 0 ? allowedBatchCommands(state, Date.now()) : [];
    if ('gone' in answer) throw problems.jobWrongStatus(name, state.status, allowed, jobId);
    return { state, late: true };
  }

  return {
    specOf,
    read,
    list: (tenant, page) => batches.list(tenant, page),

    async create(tenant, body, idempotencyKey) {
      const { spec, policy } = specOf(tenant, body);
      const jobId = identities.batchId('bj', tenant, idempotencyKey);
      const fingerprint = identities.fingerprint(body);
      const made = newBatchJob(jobId, spec, Date.now());
      const earlier = await batches.create(tenant, made, fingerprint);
      if (earlier && earlier.fingerprint !== fingerprint) throw problems.keyReused();
      const state = earlier?.state ?? made;
      // One that has written something began, though Temporal may have forgotten it since.
      if (state.revision === 0) await flows.beginBatch({ tenant, jobId, spec: state.spec, policy, prices });
      return earlier ? { state: await read(tenant, jobId), replayed: true } : { state };
    },

    async pause(tenant, jobId, request) {
      await row(tenant, jobId);
      const sent = sending(tenant, 'pause', request);
      const answer = await flows.pauseBatch({ tenant, jobId }, { by: request.by }, sent);
      return viewOf(tenant, jobId, 'pause', answer);
    },

    async resume(tenant, jobId, request) {
      await row(tenant, jobId);
      const { cost_ceiling } = request.body;
      const resume = { by: request.by, ...(cost_ceiling === undefined ? {} : { costCeiling: cost_ceiling }) };
      const sent = sending(tenant, 'resume', request);
      return viewOf(tenant, jobId, 'resume', await flows.resumeBatch({ tenant, jobId }, resume, sent));
    },

    async rate(tenant, jobId, request) {
      const { spec } = await read(tenant, jobId);
      const { rates: asked = {}, headroom, rate_windows } = request.body;
      const free = headroom === undefined ? {} : without(ratesOf({ headroom }, quotas), spec.named ?? []);
      const change = {
        by: request.by,
        rates: withRates({ ...spec.rates, ...free }, asked),
        named: [...new Set([...(spec.named ?? []), ...namedIn(request.body)])],
        ...(rate_windows === undefined ? {} : { windows: rate_windows }),
      };
      requireLeastRate(change.rates, rate_windows ?? spec.windows);
      const sent = sending(tenant, 'rate', request);
      return viewOf(tenant, jobId, 'rate', await flows.rateBatch({ tenant, jobId }, change, sent));
    },

    async retry(tenant, jobId, request) {
      await row(tenant, jobId);
      const retry = { by: request.by, reasons: request.body.reasons };
      const sent = sending(tenant, 'retry', request);
      return viewOf(tenant, jobId, 'retry', await flows.retryBatch({ tenant, jobId }, retry, sent));
    },

    async cancel(tenant, jobId, request) {
      await row(tenant, jobId);
      const cancel = { by: request.by, rollback: request.body.rollback };
      const sent = sending(tenant, 'cancel', request);
      return viewOf(tenant, jobId, 'cancel', await flows.cancelBatch({ tenant, jobId }, cancel, sent));
    },
  };
}

const without = (rates: Rates, apis: readonly BatchApi[]): Rates =>
  Object.fromEntries(Object.entries(rates).filter(([api]) => !apis.includes(api as BatchApi)));
