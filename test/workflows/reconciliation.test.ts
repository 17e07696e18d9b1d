import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { endedErasure } from '../../domain/erasure.js';
import type { Finding, ReconciliationReport } from '../../domain/reconcile.js';
import { erasureWorkflowId } from '../../workflows/ids.js';
import type { ReconciliationInput } from '../../workflows/reconciliation.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { type HousekeepingFakes, housekeepingWorld } from '../support/housekeeping-world.js';
import { devSessions, timeSkippingSessions } from '../support/session-environments.js';
import type { SessionRunner } from '../support/session-runner.js';
import { operatorMustAct } from '../support/stop-at.js';

const tenant = { account: 'acme', mode: 'test' } as const;
const stray: Finding = { kind: 'stray_photo', outcome: 'mended', tenant, what: 'key' };

describe('a reconciliation', function () {
  this.timeout(60_000);
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  async function walk(fakes: HousekeepingFakes, { client } = sessions) {
    const workflowId = `reconciliation/${randomUUID()}`;
    const saved: ReconciliationReport[] = [];
    const calls = housekeepingWorld(workflowId, {
      listPlaces: async () => ({ places: [{ kind: 'rows' }, { kind: 'faces', tenant, collection: 'c' }] }),
      saveReport: async ({ report }) => {
        saved.push(report);
      },
      ...fakes,
    });
    const handle = await client.workflow.start<(input: ReconciliationInput) => Promise<ReconciliationReport>>(
      'reconciliation',
      {
        workflowId,
        taskQueue: IDENTITY_QUEUE,
        args: [{ tenants: [tenant], graceMs: 1_000, mend: true, callsPerSecond: 5 }],
      },
    );
    const report = await handle.result();
    assert.deepEqual(saved, [report]);
    const count = (name: string) => calls.filter((call) => call.name === name).length;
    return { report, count, runs: handle.firstExecutionRunId };
  }

  it('goes through every page of every place, over as many runs as that takes', async () => {
    const positions: (string | undefined)[] = [];
    const { report, count } = await walk({
      reconcilePage: async ({ place, position }) => {
        positions.push(position);
        const next = place.kind === 'rows' ? Number(position ?? 0) + 1 : 250;
        return {
          page: { examined: { rows: 1 }, findings: [stray] },
          erase: [],
          ...(next < 250 ? { next: String(next) } : {}),
        };
      },
    });
    assert.equal(count('listPlaces'), 1);
    assert.deepEqual(positions.slice(0, 2), [undefined, '1']);
    assert.equal(positions.length, 251);
    assert.equal(report.examined.rows, 251);
    assert.deepEqual(report.counts, { stray_photo: { mended: 251 } });
    assert.equal(report.findings.length + report.unlisted, 251);
    assert.ok(report.endedAt);
  });

  it('goes on with the other places where one cannot be looked at, and says so', async () => {
    const { report } = await walk({
      reconcilePage: async ({ place }) =>
        place.kind === 'rows'
          ? Promise.reject(operatorMustAct())
          : { page: { examined: { faces: 7 }, findings: [] }, erase: [] },
    });
    assert.equal(report.examined.faces, 7);
    assert.deepEqual(report.findings, [
      { kind: 'not_examined', outcome: 'unrecoverable', tenant, what: 'rows' },
    ]);
  });

  it('has a broken erasure go on in a workflow of its own, unless that runs by now', async function () {
    // The time-skipping server never skips again once a workflow has left a child behind.
    const onDevServer = await devSessions(this);
    const subject = randomUUID();
    const erased = housekeepingWorld(erasureWorkflowId(tenant, subject), {
      markErasing: async () => ({ hadFaces: false, erasureIds: [], jobs: 0 }),
      readUnderWay: async () => ({ open: [] }),
      fenceFaces: async () => {},
      listStores: async () => ({ stores: [] }),
      saveErasure: async () => {},
      finishErasure: async ({ erasure, hadFaces }) =>
        endedErasure(erasure, {
          emptied: true,
          remaining: undefined,
          hadFaces,
          retentionMs: undefined,
          at: Date.now(),
        }),
    });
    const fakes: HousekeepingFakes = {
      reconcilePage: async () => ({
        page: { examined: {}, findings: [] },
        erase: [{ tenant, subject }],
      }),
    };
    await walk(fakes, onDevServer);
    const receipt = await onDevServer.client.workflow.getHandle(erasureWorkflowId(tenant, subject)).result();
    assert.equal(receipt.requestedBy, 'reconciliation');
    assert.ok(erased.length > 0);
  });
});
