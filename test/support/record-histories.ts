/**
 * Records the histories that `test/workflows/replay.test.ts` replays, on a dev server of its own:
 * `npx tsx test/support/record-histories.ts [--force] [name…]`. Takes over a minute: a registration ends with its last
 * look. A history that still replays proves that sessions which run during a deploy go on, so record anew only those that
 * a change is meant to break.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { createFlows } from '../../api/flows.js';
import { startDevServer } from '../../local/temporal/dev-server.js';
import { eventsOf, historyFile, historyText } from './histories.js';
import { recordedBatchRequests, runBatchRequest } from './recorded-batch-requests.js';
import { recordedBatches, runBatch } from './recorded-batches.js';
import { recordedHousekeeping, runHousekeeping } from './recorded-housekeeping.js';
import { type RecordedSession, recordedSessions } from './recorded-sessions.js';
import { type SessionRunner, startSessionRunner } from './session-runner.js';
import { temporalProgram } from './temporal-env.js';
import { clientOptions, searchAttributes } from './temporal-settings.js';

const NAMESPACE = 'default';

async function recordAll(isWanted: (story: { name: string }) => boolean): Promise<void> {
  const program = await temporalProgram();
  if (!program) throw new Error('No Temporal CLI: run `npm test` once, which fetches or builds it.');
  const server = await startDevServer({
    program,
    port: 0,
    namespace: NAMESPACE,
    searchAttributes,
    log: console.log,
  });
  try {
    const { address } = server;
    const env = await TestWorkflowEnvironment.createFromExistingServer({
      address,
      namespace: NAMESPACE,
      client: clientOptions,
    });
    const { client, nativeConnection: connection } = env;
    const sleep = async () => {};
    const sessions = await startSessionRunner({ client, connection, namespace: NAMESPACE, sleep });
    await Promise.all([
      ...recordedSessions.filter(isWanted).map((session) => record(sessions, session)),
      ...recordedHousekeeping
        .filter(isWanted)
        .map(async (story) => keep(story.name, await runHousekeeping(client, story))),
      ...recordedBatches
        .filter(isWanted)
        .map(async (story) => keep(story.name, await runBatch(sessions, story))),
      ...recordedBatchRequests
        .filter(isWanted)
        .map(async (story) => keep(story.name, await runBatchRequest(client, story))),
    ]);
    await sessions.stop();
    await env.teardown();
  } finally {
    await server.close();
  }
}

async function keep(name: string, handle: WorkflowHandle): Promise<void> {
  const events = await eventsOf(handle);
  writeFileSync(historyFile(name), historyText(events));
  console.log(`${name}: ${events.length} events`);
}

async function record(
  sessions: SessionRunner,
  { name, flow, beginning, drive }: RecordedSession,
): Promise<void> {
  const session = sessions.prepare(flow, { ...beginning, sessionId: name });
  const answered = createFlows(sessions.client).begin(flow, session.input, 60_000);
  await Promise.all([answered, drive?.(session, answered)]);
  const { status } = await session.handle.result();
  const events = await eventsOf(session.handle);
  writeFileSync(historyFile(name), historyText(events));
  console.log(`${name}: ${status}, ${events.length} events`);
}

const { values, positionals } = parseArgs({
  options: { force: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const names = [
  ...recordedSessions,
  ...recordedHousekeeping,
  ...recordedBatches,
  ...recordedBatchRequests,
].map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  throw new Error(`No such history: ${unknown.join(', ')}. See recorded-*.ts.`);
}
const wanted = positionals.length > 0 ? positionals : names;
const there = wanted.filter((name) => existsSync(historyFile(name)));
if (there.length > 0 && !values.force) {
  throw new Error(`Recorded already: ${there.join(', ')}. Name the missing ones, or overwrite with --force.`);
}
await recordAll(({ name }) => wanted.includes(name));
