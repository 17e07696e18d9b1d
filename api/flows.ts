import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { missingInputs } from '../domain/image-ref.js';
import type { Flow } from '../domain/policy.js';
import type { SessionState, Tenant } from '../domain/session.js';
import type { Status } from '../domain/status.js';
import { sessionWorkflowId } from '../workflows/ids.js';
import {
  answerUpdate,
  cancelUpdate,
  livenessUpdate,
  type Review,
  resumeUpdate,
  reviewUpdate,
  type SessionInput,
  type Submission,
  stateQuery,
  submitUpdate,
} from '../workflows/messages.js';
import { searchAttributes } from '../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../workflows/task-queues.js';
import type { Answer } from './flows/answer.js';
import { type BatchFlows, createBatchFlows } from './flows/batch-jobs.js';
import { createDelivery } from './flows/deliver.js';
import { createErasureFlows, type ErasureFlows } from './flows/erasures.js';
import { createRedactionFlows, type RedactionFlows } from './flows/redactions.js';
import { problems } from './problem.js';

/** The session that a message goes to. */
export interface Target {
  tenant: Tenant;
  sessionId: string;
}

/** This file and those in `flows/` are the only ones that call Temporal's client: one function per message. */
export interface Flows extends ErasureFlows, RedactionFlows, BatchFlows {
  /** Starts the session's workflow, unless it runs or ran already, and waits for its answer. */
  begin(flow: Flow, input: SessionInput, withinMs: number): Promise<Answer>;
  submit(session: Target, submission: Submission, updateId: string, withinMs: number): Promise<Answer>;
  /** Begins a liveness capture. */
  liveness(session: Target, withinMs: number): Promise<Answer>;
  cancel(session: Target, by: string, withinMs: number): Promise<Answer>;
  resume(session: Target, by: string, updateId: string, withinMs: number): Promise<Answer>;
  review(session: Target, review: Review, updateId: string, withinMs: number): Promise<Answer>;
  /** What the workflow says of itself; undefined when it does not answer at once. */
  ask(session: Target): Promise<SessionState | undefined>;
  /** @throws Error when Temporal cannot be reached */
  ping(): Promise<void>;
}

/** A Query cannot be answered while a local activity runs: then the row has to do. */
const ASK_WITHIN_MS = 300;

/** A wait shorter than this has no chance of an answer. */
const SHORTEST_WAIT_MS = 20;
const START_WITHIN_MS = 5_000;

/** Somebody waits: a dead worker is noticed soon. Local activities that take longer keep their task alive. */
const TASK_TIMEOUT = '5s';

export function createFlows(client: Client): Flows {
  const handle = ({ tenant, sessionId }: Target) =>
    client.workflow.getHandle(sessionWorkflowId(tenant, sessionId));
  const { sent, command } = createDelivery<SessionState>(client, {
    idAttribute: 'idv.session_id',
    unavailable: (sessionId) =>
      problems.unavailable('The request may not have arrived. Send it again.', sessionId),
  });

  return {
    ...createErasureFlows(client),
    ...createRedactionFlows(client),
    ...createBatchFlows(client),
    async begin(flow, input, withinMs) {
      const { tenant, sessionId, fingerprint } = input;
      const options = {
        workflowId: sessionWorkflowId(tenant, sessionId),
        taskQueue: IDENTITY_QUEUE,
        args: [input] as [SessionInput],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: flow,
        priority: { priorityKey: flow === 'authentication' ? 1 : 3 },
        workflowTaskTimeout: TASK_TIMEOUT,
        typedSearchAttributes: [
          { key: searchAttributes.flow, value: flow },
          { key: searchAttributes.status, value: startStatus(flow, input) },
          { key: searchAttributes.account, value: tenant.account },
          { key: searchAttributes.mode, value: tenant.mode },
        ],
      } satisfies WorkflowStartOptions;
      const answer =
        withinMs < SHORTEST_WAIT_MS
          ? ({ late: true } as const)
          : await sent('answer', sessionId, withinMs, () =>
              client.workflow.executeUpdateWithStart(answerUpdate, {
                updateId: fingerprint,
                args: [{ fingerprint }],
                startWorkflowOperation: new WithStartWorkflowOperation(flow, options),
              }),
            );
      // A deadline does not say whether the start arrived: "it goes on" may only be said once it surely does.
      if ('late' in answer) {
        await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
          client.workflow.start(flow, options).catch(unlessStarted),
        );
      }
      return answer;
    },
    submit: (session, submission, updateId, withinMs) =>
      command('submit', session.sessionId, withinMs, () =>
        handle(session).startUpdate(submitUpdate, { updateId, args: [submission], waitForStage: 'ACCEPTED' }),
      ),
    liveness: (session, withinMs) =>
      command('liveness', session.sessionId, withinMs, () =>
        handle(session).startUpdate(livenessUpdate, { waitForStage: 'ACCEPTED' }),
      ),
    cancel: (session, by, withinMs) =>
      command('cancel', session.sessionId, withinMs, () =>
        handle(session).startUpdate(cancelUpdate, {
          updateId: 'cancel',
          args: [{ by }],
          waitForStage: 'ACCEPTED',
        }),
      ),
    resume: (session, by, updateId, withinMs) =>
      command('resume', session.sessionId, withinMs, () =>
        handle(session).startUpdate(resumeUpdate, { updateId, args: [{ by }], waitForStage: 'ACCEPTED' }),
      ),
    review: (session, review, updateId, withinMs) =>
      command('review', session.sessionId, withinMs, () =>
        handle(session).startUpdate(reviewUpdate, { updateId, args: [review], waitForStage: 'ACCEPTED' }),
      ),
    async ask(session) {
      try {
        return await client.withDeadline(Date.now() + ASK_WITHIN_MS, () => handle(session).query(stateQuery));
      } catch {
        return undefined; // busy, between workers, or past retention: the row is the answer
      }
    },
    async ping() {
      await client.withDeadline(Date.now() + 2_000, () => client.workflowService.getSystemInfo({}));
    },
  };
}

/** As the workflow will see it: operators look for sessions by it from the first moment. */
function startStatus(flow: Flow, { policy, photos }: SessionInput): Status {
  return missingInputs(policy.flows[flow].inputs, { photos }).length === 0 ? 'processing' : 'requires_input';
}

function unlessStarted(error: unknown): void {
  if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
}
