import assert from 'node:assert/strict';
import type { Client } from '@temporalio/client';
import type { Twin } from '../../local/twin.js';
import { person } from './person.js';

/**
 * Searches every request that the twin received and every history of the run for the person's values, plain and in
 * base64. Runs when the suite ends, over all that it did. Throws when there is one, or when there was nothing to search.
 */
export async function leavesNothingPersonal(twin: Twin, client: Client): Promise<void> {
  const requests = twin.faults.requests();
  assert.ok(requests.length > 0, 'The twin received no request: nothing was searched.');
  for (const request of requests)
    assertClean(`${request.service}.${request.operation}`, JSON.stringify(request));

  let histories = 0;
  for await (const { workflowId, runId } of client.workflow.list()) {
    // As the server stores it: payloads as they were sent, before any codec.
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const text = JSON.stringify(history, (_key, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
    assertClean(`the history of ${workflowId}`, text);
    histories += 1;
  }
  assert.ok(histories > 0, 'There was no history: nothing was searched.');
}

/** Every value as it is, as UTF-8 read as Latin-1, escaped as JSON does, and the three ways base64 can show it. */
const needles = Object.values(person).flatMap((value) => {
  const bytes = Buffer.from(value);
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [value, bytes.toString('latin1'), encodeURIComponent(value), ...shifted];
});

function assertClean(where: string, text: string): void {
  const found = needles.find((needle) => text.includes(needle));
  assert.equal(found, undefined, `${where} shows a value of the profile`);
}
