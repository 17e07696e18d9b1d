import assert from 'node:assert/strict';
import type { Client } from '@temporalio/client';
import type { Twin } from '../../local/twin.js';
import { searchHistory, searchRequest } from './find-personal.js';

/**
 * Searches every request that the twin received and every history of the run for the person's values: as they are stored and
 * decoded, plain, in base64 and as a hash without a key. Runs when the suite ends, over all that it did. Throws when there is
 * one, or when there was nothing to search.
 */
export async function leavesNothingPersonal(twin: Twin, client: Client): Promise<void> {
  const requests = twin.faults.requests();
  assert.ok(requests.length > 0, 'The twin received no request: nothing was searched.');
  for (const request of requests) searchRequest(request);

  const codecs = client.workflow.options.loadedDataConverter.payloadCodecs;
  let [histories, encrypted] = [0, 0];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    encrypted += await searchHistory(workflowId, history, codecs);
    histories += 1;
  }
  assert.ok(histories > 0, 'There was no history: nothing was searched.');
  assert.ok(encrypted > 0, 'No payload was encrypted: nothing was decoded.');
}
