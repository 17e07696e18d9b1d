import { WorkflowFailedError } from '@temporalio/client';
import { redactionWorkflowId } from '../../../workflows/ids.js';
import { IDENTITY_QUEUE } from '../../../workflows/task-queues.js';
import type { FlowEntry } from '../flow.js';
import type { Ending, Run } from '../run.js';
import { registerWithDocument } from './documents.js';
import { login, registered, unless } from './people.js';

const DONE_WITHIN_MS = 60_000;

const isDone = ([ending]: readonly Ending[]) => ending?.status === 'done';

const stillLogsIn = async (run: Run) =>
  unless('ann logs in', await login(run, 'later', 'ann'), 'verified', 'ann');

/** What is personal goes out of a session that is over; the person stays registered. */
const redaction: FlowEntry = {
  name: 'redaction',
  async prepare(run) {
    await registered(run, 'ann');
    run.follow('redaction', redactionWorkflowId(run.tenant, run.sessions.get('prepared-ann') ?? ''));
  },
  async drive(run) {
    const path = `/v1/verification-sessions/${run.sessions.get('prepared-ann')}`;
    // Refused until the session's row says that it is over.
    const ask = () => run.call('POST', `${path}/redact`);
    const reply = await run.until(ask, ({ status }) => status < 300, DONE_WITHIN_MS);
    const isRedacted = ({ body }: { body: { redaction?: { status?: string } } }) =>
      body.redaction?.status === 'redacted';
    const found = await run.until(() => run.call('GET', path), isRedacted, DONE_WITHIN_MS);
    const status = found ? 'done' : 'processing';
    return [{ role: 'redaction', http: reply?.status ?? 0, status, reasons: [], userId: null }];
  },
  right: isDone,
  again: stillLogsIn,
};

/** What the daily Schedule starts. It asks day by day, and the twin's documents are good for decades: nothing is told. */
const expiry: FlowEntry = {
  name: 'document-expiry',
  async prepare(run) {
    const { status } = await registerWithDocument(run, 'prepared-ann', 'ann');
    if (status !== 'verified') throw new Error(`The start was not brought about: ${status}.`);
    run.follow('expiry', `fault-sweep/${run.tenant.account}/document-expiry`);
  },
  async drive(run) {
    const walk = async () => {
      const handle = await run.rig.temporal.workflow.start('documentExpiry', {
        workflowId: run.workflowId('expiry'),
        taskQueue: IDENTITY_QUEUE,
        args: [{ tenants: [run.tenant], withinDays: 1 }],
      });
      return run.rig.temporal
        .withDeadline(Date.now() + DONE_WITHIN_MS, () => handle.result())
        .then(
          () => 'done',
          (error) => (error instanceof WorkflowFailedError ? 'failed' : 'processing'),
        );
    };
    const first = await walk();
    // One that an operator has to mend something for fails, and the next day's catches up.
    const status = first === 'failed' ? await walk() : first;
    return [{ role: 'expiry', http: 0, status, reasons: [], userId: null }];
  },
  right: isDone,
  again: stillLogsIn,
};

export const afterwards: readonly FlowEntry[] = [redaction, expiry];
