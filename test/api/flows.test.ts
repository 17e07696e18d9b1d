import assert from 'node:assert/strict';
import {
  type Client,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { createFlows, type Flows } from '../../api/flows.js';
import { failures } from '../../workflows/failures.js';
import { sessionState } from '../activities/support/rows.js';
import { sessionInput } from '../support/session-fixtures.js';

const input = sessionInput('vs_1');
const state = sessionState('vs_1', { status: 'verified' });

const grpc = (code: number) => Object.assign(new Error('grpc'), { code, details: '', metadata: {} });
const timeout = new WorkflowUpdateRPCTimeoutOrCancelledError('late');
const notFound = new WorkflowNotFoundError('gone', 'id', undefined);
const alreadyStarted = new WorkflowExecutionAlreadyStartedError('there', 'id', 'registration');
const refused = (type: string, ...details: unknown[]) =>
  new WorkflowUpdateFailedError('failed', ApplicationFailure.create({ type, message: type, details }));

type Reply = () => Promise<unknown>;
const answers =
  (value: unknown): Reply =>
  () =>
    Promise.resolve(value);
const fails =
  (error: unknown): Reply =>
  () =>
    Promise.reject(error);

/** Temporal’s client as far as flows use it, with what it answers; notes every call. */
function stub(replies: {
  withStart?: Reply;
  start?: Reply;
  update?: Reply;
  notAccepted?: Reply;
  query?: Reply;
}) {
  const calls: { name: string; args: unknown[]; withinMs: number }[] = [];
  let withinMs = Number.NaN;
  const reply =
    (name: string, of: Reply = fails(new Error(`${name} was not expected`))) =>
    (...args: unknown[]) => {
      calls.push({ name, args, withinMs });
      return of();
    };
  const client = {
    withDeadline(deadline: number, work: Reply) {
      withinMs = deadline - Date.now();
      return work();
    },
    workflow: {
      executeUpdateWithStart: reply('withStart', replies.withStart),
      start: reply('start', replies.start),
      getHandle: (id: string) => ({
        // What a worker accepted has its result a moment later, or never: `result` gives that.
        startUpdate: async (...args: unknown[]) => {
          const result = reply(`update ${id}`, replies.update);
          if (replies.notAccepted) return replies.notAccepted();
          return { result: () => result(...args) };
        },
        query: (...args: unknown[]) => reply(`query ${id}`, replies.query)(...args),
      }),
    },
    workflowService: { getSystemInfo: reply('ping', replies.query) },
  };
  return {
    flows: createFlows(client as unknown as Client),
    calls,
    names: () => calls.map(({ name }) => name),
  };
}

const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 100, `${actual} is not about ${expected}`);

describe('beginning a session', () => {
  it('starts the workflow and asks for its answer in one call, once for a request', async () => {
    const { flows, calls, names } = stub({ withStart: answers(state) });
    assert.deepEqual(await flows.begin('authentication', input, 2_000), { state });
    assert.deepEqual(names(), ['withStart']);
    near(calls[0]?.withinMs, 2_000);
    const [, options] = (calls[0]?.args ?? []) as unknown as [
      unknown,
      { updateId: string; args: unknown[]; startWorkflowOperation: { options: object } },
    ];
    assert.deepEqual(
      [options.updateId, options.args],
      [input.fingerprint, [{ fingerprint: input.fingerprint }]],
    );
    const { workflowId, workflowIdConflictPolicy, workflowIdReusePolicy, staticSummary } = options
      .startWorkflowOperation.options as Record<string, string>;
    assert.deepEqual(
      [workflowId, workflowIdConflictPolicy, workflowIdReusePolicy, staticSummary],
      ['session/acme/test/vs_1', 'USE_EXISTING', 'REJECT_DUPLICATE', 'authentication'],
    );
  });

  for (const [what, error] of [
    ['the client gives up', timeout],
    ['gRPC gives up', grpc(4)],
    ['Temporal cannot say', new ServiceError('Update-With-Start failed', { cause: grpc(2) })],
    ['Temporal gives up half-way', new ServiceError('Update-With-Start failed', { cause: grpc(10) })],
  ] as const) {
    it(`makes sure of the start when ${what}: "it goes on" is only said once it does`, async () => {
      const { flows, calls, names } = stub({ withStart: fails(error), start: answers({}) });
      assert.deepEqual(await flows.begin('registration', input, 500), { late: true });
      assert.deepEqual(names(), ['withStart', 'start']);
      near(calls[1]?.withinMs, 5_000);
    });
  }

  it('is late too when the workflow had started already', async () => {
    const { flows } = stub({ withStart: fails(timeout), start: fails(alreadyStarted) });
    assert.deepEqual(await flows.begin('registration', input, 500), { late: true });
  });

  it('fails when it cannot be said whether it goes on', async () => {
    const { flows } = stub({ withStart: fails(timeout), start: fails(grpc(14)) });
    await assert.rejects(flows.begin('registration', input, 500), { code: 14 });
  });

  it('only starts the workflow where nobody waits for an answer', async () => {
    const { flows, names } = stub({ start: answers({}) });
    assert.deepEqual(await flows.begin('registration', input, 1), { late: true });
    assert.deepEqual(names(), ['start']);
  });

  it('tells that the session is over, that the key was used, and every other error', async () => {
    for (const [error, answer] of [
      [alreadyStarted, { gone: true }],
      [refused(failures.idempotencyKeyReused), { keyReused: true }],
    ] as const) {
      const { flows, names } = stub({ withStart: fails(error) });
      assert.deepEqual(await flows.begin('registration', input, 500), answer);
      assert.deepEqual(names(), ['withStart']);
    }
    for (const error of [grpc(14), grpc(7), refused('SomethingElse'), new TypeError('x')]) {
      const { flows, names } = stub({ withStart: fails(error) });
      await assert.rejects(flows.begin('registration', input, 500), (thrown) => thrown === error);
      assert.deepEqual(names(), ['withStart']);
    }
  });
});

describe('a command to a session', () => {
  const commands: Record<string, (flows: Flows) => Promise<unknown>> = {
    submit: (flows) =>
      flows.submit(input, { photos: { selfie: input.photos.selfie as never } }, 'update-1', 700),
    cancel: (flows) => flows.cancel(input, 'key', 700),
    resume: (flows) => flows.resume(input, 'key', 'resume/7', 700),
    review: (flows) => flows.review(input, { by: 'key/op', decision: 'approve' }, 'review/7', 700),
  };
  for (const [name, send] of Object.entries(commands)) {
    it(`${name} is sent to its workflow, and answers where it stands`, async () => {
      const { flows, calls, names } = stub({ update: answers(state) });
      assert.deepEqual(await send(flows), { state });
      assert.deepEqual(names(), ['update session/acme/test/vs_1']);
      const [definition, options] = (calls[0]?.args ?? []) as unknown as [
        { name: string },
        { updateId?: string } | undefined,
      ];
      assert.deepEqual(
        [definition.name, options?.updateId],
        [name, { submit: 'update-1', cancel: 'cancel', resume: 'resume/7', review: 'review/7' }[name]],
      );
      near(calls[0]?.withinMs, 700);
    });

    it(`${name} that no worker accepted in time may not have arrived: that is no 202`, async () => {
      for (const error of [timeout, grpc(4)]) {
        const sending = send(stub({ notAccepted: fails(error) }).flows);
        await assert.rejects(sending, { name: 'Problem', status: 503 });
      }
    });

    it(`${name} may come late, to nobody, in the wrong status, or not arrive at all`, async () => {
      const wrongStatus = { status: 'verified', allowed: [] };
      for (const [error, answer] of [
        [timeout, { late: true }],
        [grpc(4), { late: true }],
        [notFound, { gone: true }],
        [refused('AcceptedUpdateCompletedWorkflow'), { gone: true }],
        [refused(failures.wrongStatus, wrongStatus), { wrongStatus }],
        [refused(failures.operatorMustAct), { unavailable: true }],
        [refused(failures.wrongStatus), { wrongStatus: { status: 'unknown', allowed: [] } }],
      ] as const)
        assert.deepEqual(await send(stub({ update: fails(error) }).flows), answer);
      for (const error of [grpc(14), refused('SomethingElse')])
        await assert.rejects(send(stub({ update: fails(error) }).flows), (thrown) => thrown === error);
    });
  }
});

describe('asking a session', () => {
  it('is answered at once or not at all: then the row has to do', async () => {
    const answered = stub({ query: answers(state) });
    assert.deepEqual(await answered.flows.ask(input), state);
    near(answered.calls[0]?.withinMs, 300);
    for (const error of [grpc(4), grpc(14), notFound])
      assert.equal(await stub({ query: fails(error) }).flows.ask(input), undefined);
  });

  it('is not what a health check does: that fails', async () => {
    await stub({ query: answers({}) }).flows.ping();
    await assert.rejects(stub({ query: fails(grpc(14)) }).flows.ping(), { code: 14 });
  });
});
