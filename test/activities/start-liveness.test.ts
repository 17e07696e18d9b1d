import assert from 'node:assert/strict';
import { startLiveness } from '../../activities/start-liveness.js';
import { policyWith } from '../support/session-fixtures.js';
import { onTwin } from './support/on-twin.js';

describe('beginning a capture', () => {
  it('tells what call began it, and a repeat begins no second one', async () => {
    const { ports, tenant } = await onTwin();
    const request = {
      tenant: await tenant(),
      sessionId: 'vs_capture',
      number: 1,
      policy: policyWith().liveness,
    };
    const [first, again] = [await startLiveness(ports, request), await startLiveness(ports, request)];
    assert.ok('captureId' in first && 'captureId' in again);
    assert.equal(again.captureId, first.captureId);
    const told = first.facts?.map(({ operation, requestId, images }) => [
      operation,
      requestId !== 'unknown',
      images,
    ]);
    assert.deepEqual(told, [['CreateFaceLivenessSession', true, []]]);
  });
});
