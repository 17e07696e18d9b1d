import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type ReplayResult, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { sessionWorkflowId } from '../../workflows/ids.js';
import { testDataConverter } from '../support/data-converter.js';
import { historyFile, recordedNames } from '../support/histories.js';
import { recordedBatchRequests } from '../support/recorded-batch-requests.js';
import { recordedBatches } from '../support/recorded-batches.js';
import { recordedHousekeeping } from '../support/recorded-housekeeping.js';
import { recordedSessions } from '../support/recorded-sessions.js';
import { sessionInput } from '../support/session-fixtures.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const SOUND = 'registration-verified';

describe('replay', () => {
  let results: Map<string, ReplayResult>;
  before(async () => {
    results = new Map();
    const histories = recordedNames().map((name) => ({
      name,
      text: readFileSync(historyFile(name), 'utf8'),
    }));
    const { text } = histories.find(({ name }) => name === SOUND) ?? { text: '' };
    const doctored = { name: 'doctored', text: text.replaceAll('"indexFace"', '"removeFace"') };
    const replaying = Worker.runReplayHistories(
      { workflowBundle: await workflowBundle(), dataConverter: testDataConverter },
      [...histories, doctored].map(({ name, text }) => ({
        workflowId: sessionWorkflowId(sessionInput(name).tenant, name),
        history: JSON.parse(text),
      })),
    );
    for await (const result of replaying) results.set(result.workflowId.split('/').at(-1) ?? '', result);
  });

  it('has a history of every path that is to be recorded, and no other', () => {
    const all = [...recordedSessions, ...recordedHousekeeping, ...recordedBatches, ...recordedBatchRequests];
    assert.deepEqual(recordedNames().sort(), all.map(({ name }) => name).sort());
  });

  for (const name of recordedNames()) {
    it(`goes the way of ${name}`, () => {
      const result = results.get(name);
      assert.ok(result, 'it was replayed');
      assert.equal(result.error, undefined);
    });
  }

  it('notices a history that these workflows did not make', () => {
    assert.ok(results.get('doctored')?.error instanceof DeterminismViolationError);
  });
});
