import { heartbeat } from '@temporalio/activity';
import type { ChunkRequest } from '../domain/batch/chunk.js';
import type { BatchState } from '../domain/batch/job.js';
import type { Tenant } from '../domain/session.js';
import { inAttempt } from './batch/attempt.js';
import { countFaces } from './batch/count-faces.js';
import { indexChunk } from './batch/index-chunk.js';
import { listDeadLetters } from './batch/list-dead-letters.js';
import { planSource } from './batch/plan-source.js';
import { type ResolveRequest, resolvePair } from './batch/resolve-pair.js';
import { rollbackChunk } from './batch/rollback-chunk.js';
import { type SearchRequest, searchChunk } from './batch/search-chunk.js';
import { settleChunk } from './batch/settle-chunk.js';
import { splitSource } from './batch/split-source.js';
import { writeReport } from './batch/write-report.js';
import type { Ports } from './ports.js';

/** The activities of batch jobs. One object in, one object out. */
export function createBatch(ports: Ports) {
  return {
    planSource: (request: Parameters<typeof planSource>[1]) => planSource(ports, request),
    splitSource: (request: Parameters<typeof splitSource>[1]) => splitSource(ports, request),
    indexChunk: (request: ChunkRequest) =>
      inAttempt((attempt) =>
        indexChunk(ports, request, { ...attempt, number: attempt.number + (request.tries ?? 0) }),
      ),
    settleChunk: (request: Parameters<typeof settleChunk>[1]) => settleChunk(ports, request, heartbeat),
    listDeadLetters: (request: Parameters<typeof listDeadLetters>[1]) =>
      listDeadLetters(ports, request, heartbeat),
    countFaces: (request: Parameters<typeof countFaces>[1]) => countFaces(ports, request),
    searchChunk: (request: SearchRequest) => searchChunk(ports, request),
    resolvePair: (request: ResolveRequest) => resolvePair(ports, request),
    rollbackChunk: (request: Parameters<typeof rollbackChunk>[1]) =>
      inAttempt((attempt) => rollbackChunk(ports, request, attempt)),
    writeReport: (request: Parameters<typeof writeReport>[1]) => writeReport(ports, request),
    saveBatch: ({ tenant, state }: { tenant: Tenant; state: BatchState }) =>
      ports.batches.save(tenant, state),
  };
}

/** What a worker registers for batch jobs. */
export type Batch = ReturnType<typeof createBatch>;
