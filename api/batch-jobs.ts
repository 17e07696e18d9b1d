import type { Ports } from '../activities/ports.js';
import { allowedBatchCommands, type BatchCommand } from '../domain/batch/commands.js';
import type { Prices } from '../domain/batch/cost.js';
import type { BatchSpec, BatchState, BatchStatus, Rates } from '../domain/batch/job.js';
import { beganAgain, maybeLost, newBatchJob, saidNothing } from '../domain/batch/new-job.js';
import { newRates, type RateChange, type SlowWindow, tooSlow } from '../domain/batch/rates.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import type { BatchActor } from '../workflows/batch-messages.js';
import { type FoundJob, findBatchJob, rowOfJob } from './find-batch-job.js';
import type { Answer } from './flows/answer.js';
import type { BatchFlows, Sending } from './flows/batch-jobs.js';
import type { Identities } from './identities.js';
import { problems } from './problem.js';
import type { CreateBatchJob, RateBatch } from './schemas/batch-job.js';
import { type SourceBuckets, sourceOf } from './schemas/batch-source.js';

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
export interface BatchJobView extends FoundJob {
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
  /** As `read`, with what is under way. */
  show(tenant: Tenant, jobId: string): Promise<BatchJobView>;
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

  const row = (tenant: Tenant, jobId: string) => rowOfJob(deps, tenant, jobId);
  const show = (tenant: Tenant, jobId: string) => findBatchJob(deps, tenant, jobId);
  const read = async (tenant: Tenant, jobId: string) => (await show(tenant, jobId)).state;

  function specOf(tenant: Tenant, body: CreateBatchJob): { spec: BatchSpec; policy: Policy } {
    const policy = deps.policy(body.policy);
    const { cost_ceiling, limit, duplicates } = body;
    const { rates = {}, headroom, rate_windows: windows } = body;
    const asked = newRates({ rates, windows, quotas, ...(headroom === undefined ? {} : { headroom }) });
    requireSpeed(tooSlow(asked), body);
    const spec: BatchSpec = {
      source: sourceOf(body.source, tenant, buckets),
      onExisting: body.on_existing,
      precheck: body.precheck,
      ...(duplicates === undefined ? {} : { duplicates }),
      ...asked,
      ...(cost_ceiling === undefined ? {} : { costCeiling: cost_ceiling }),
      ...(limit === undefined ? {} : { limit }),
      policy: { name: policy.name, version: policy.version },
    };
    return { spec, policy };
  }

  /**
   * Sends a command. With a key it is carried out once: a repeat is told how the job stands now, whatever it would take.
   * @throws Problem as `viewOf`, 422 where the key came with another command before
   */
  async function tell(
    tenant: Tenant,
    jobId: string,
    name: BatchCommand,
    { body, by, idempotencyKey, withinMs }: BatchRequest<object>,
    send: (actor: BatchActor, sending: Sending) => Promise<Answer<BatchState>>,
  ): Promise<BatchJobView> {
    if (idempotencyKey === undefined) {
      await row(tenant, jobId);
      const updateId = `${name}/${identities.batchId('bj', tenant, undefined)}`;
      return viewOf(tenant, jobId, name, body, await send({ by }, { updateId, withinMs }));
    }
    const state = await read(tenant, jobId);
    const request = {
      key: identities.fingerprint({ idempotencyKey }),
      body: identities.fingerprint({ name, body }),
    };
    const earlier = state.actions.find((action) => action.request?.key === request.key);
    if (earlier?.request && earlier.request.body !== request.body) throw problems.keyReused();
    if (earlier) return { state, replayed: true };
    // Two at once are one to Temporal.
    const updateId = `${name}/${request.key}/${request.body}`;
    return viewOf(tenant, jobId, name, body, await send({ by, request }, { updateId, withinMs }));
  }

  /** @throws Problem for every answer that is a refusal */
  async function viewOf(
    tenant: Tenant,
    jobId: string,
    name: BatchCommand,
    body: object,
    answer: Answer<BatchState>,
  ): Promise<BatchJobView> {
    if ('state' in answer) return { state: answer.state };
    if ('late' in answer) return { state: await row(tenant, jobId), late: true };
    if ('keyReused' in answer) throw problems.keyReused();
    if ('ceilingTooLow' in answer) throw problems.ceilingTooLow(jobId);
    if ('rateTooLow' in answer) throw tooSlowProblem(answer.rateTooLow, body);
    if ('unavailable' in answer) throw problems.unavailable('Send the same request again.');
    if ('wrongStatus' in answer) {
      const { status, phase, allowed, canceling } = answer.wrongStatus;
      // Where the job said its phase it said its status too.
      const said = phase && { status: status as BatchStatus, phase, ...(canceling ? { canceling } : {}) };
      throw problems.jobWrongStatus(name, { ...(said ?? (await read(tenant, jobId))), allowed }, jobId);
    }
    if (!('gone' in answer)) throw new Error(`A batch job does not answer ${Object.keys(answer)}.`);
    // One that was just made has its row before its workflow.
    const state = await read(tenant, jobId);
    const allowed = saidNothing(state) ? allowedBatchCommands(state, Date.now()) : [];
    throw problems.jobWrongStatus(name, { ...state, allowed }, jobId);
  }

  return {
    specOf,
    read,
    show,
    async list(tenant, page) {
      const { jobs, ...more } = await batches.list(tenant, page);
      const shown = jobs.map((job) => (maybeLost(job, Date.now()) ? read(tenant, job.jobId) : job));
      return { jobs: await Promise.all(shown), ...more };
    },

    async create(tenant, body, idempotencyKey) {
      const { spec, policy } = specOf(tenant, body);
      const jobId = identities.batchId('bj', tenant, idempotencyKey);
      const fingerprint = identities.fingerprint(body);
      const made = newBatchJob(jobId, spec, Date.now());
      const earlier = await batches.create(tenant, made, fingerprint);
      if (earlier && earlier.fingerprint !== fingerprint) throw problems.keyReused();
      const state = earlier?.state ?? made;
      // One that has written something began, though Temporal may have forgotten it since.
      if (saidNothing(state)) {
        // Others may have written that it is lost, or be about to.
        if (earlier && (state.endedAt !== undefined || maybeLost(state, Date.now())))
          await batches.save(tenant, beganAgain(state, Date.now()));
        await flows.beginBatch({ tenant, jobId, spec: state.spec, policy, prices });
      }
      return earlier ? { state: await read(tenant, jobId), replayed: true } : { state };
    },

    pause: (tenant, jobId, request) =>
      tell(tenant, jobId, 'pause', request, (actor, sending) =>
        flows.pauseBatch({ tenant, jobId }, actor, sending),
      ),
    resume(tenant, jobId, request) {
      const { cost_ceiling: ceiling } = request.body;
      const change = ceiling === undefined ? {} : { costCeiling: ceiling };
      return tell(tenant, jobId, 'resume', request, (actor, sending) =>
        flows.resumeBatch({ tenant, jobId }, { ...actor, ...change }, sending),
      );
    },
    rate(tenant, jobId, request) {
      const { rates, headroom, rate_windows: windows } = request.body;
      const change: RateChange = {
        quotas,
        ...(rates === undefined ? {} : { rates }),
        ...(headroom === undefined ? {} : { headroom }),
        ...(windows === undefined ? {} : { windows }),
      };
      return tell(tenant, jobId, 'rate', request, (actor, sending) =>
        flows.rateBatch({ tenant, jobId }, { ...actor, ...change }, sending),
      );
    },
    retry(tenant, jobId, request) {
      const { reasons } = request.body;
      return tell(tenant, jobId, 'retry', request, (actor, sending) =>
        flows.retryBatch({ tenant, jobId }, { ...actor, reasons }, sending),
      );
    },
    cancel(tenant, jobId, request) {
      const { rollback } = request.body;
      return tell(tenant, jobId, 'cancel', request, (actor, sending) =>
        flows.cancelBatch({ tenant, jobId }, { ...actor, rollback }, sending),
      );
    },
  };
}

type RateFields = Partial<Pick<RateBatch, 'rates' | 'rate_windows'>>;

/** @throws Problem 422 with the windows that slow an operation down too far */
function requireSpeed(slow: readonly SlowWindow[], body: RateFields): void {
  if (slow.length > 0) throw tooSlowProblem(slow, body);
}

/** Of windows that the job has from before what is wrong is what was sent. */
function tooSlowProblem(slow: readonly SlowWindow[], { rates, rate_windows }: RateFields) {
  const sent = rates ? '/rates' : '/headroom';
  return problems.invalid(
    slow.map(({ window, message }) =>
      rate_windows
        ? { pointer: `/rate_windows/${window}/share`, message }
        : {
            pointer: sent,
            message: `does not fit /rate_windows/${window} of the job, whose share ${message}`,
          },
    ),
  );
}
