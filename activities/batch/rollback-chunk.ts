import type { ChunkRequest, ChunkResult } from '../../domain/batch/chunk.js';
import { holderOf } from '../../domain/batch/holder.js';
import type { ItemOutcome } from '../../domain/batch/item.js';
import { byCollection } from '../../domain/face-record.js';
import type { ChunkClaim } from '../ports/batch-table.js';
import type { Ports } from '../ports.js';
import type { Attempt } from './attempt.js';
import { createChunkLedger } from './chunk-ledger.js';
import { type Clock, systemClock } from './clock.js';
import { eachAtOnce } from './each-at-once.js';
import { createLaneCalls, type LaneCalls } from './lane-calls.js';
import { letGo } from './let-go.js';
import { persist } from './persist.js';
import { laterTry } from './recorder.js';
import { type ChunkBeat, carriedTo, countingSpent } from './spent.js';
import { whileBeating } from './while-beating.js';

/** As many as one write of the ledger takes, and no more faces than DeleteFaces takes (4,096, API reference). */
const AT_ONCE = 25;

const ROLLBACK = 'rollback';

type RollbackRequest = Pick<ChunkRequest, 'tenant' | 'jobId' | 'chunk' | 'pace' | 'concurrency'>;

/**
 * Takes back what a chunk has indexed: nothing but faces for which rows of this job vouch. The row goes first, so that a face
 * stops to count before it stops to be found; then the face; then a user without a face that counts. A face that was replaced
 * by one of this job stays gone. May be done again from any point.
 */
export async function rollbackChunk(
  ports: Pick<Ports, 'batches' | 'users' | 'faces'>,
  request: RollbackRequest,
  attempt: Attempt,
  clock: Clock = systemClock,
): Promise<ChunkResult> {
  const { tenant, jobId, chunk } = request;
  const { batches } = ports;
  const claim = await batches.claim(tenant, jobId, chunk);
  const rows = await batches.readChunk(tenant, jobId, chunk);
  const ledger = createChunkLedger(rows);
  const before = await batches.beginRound(tenant, jobId, chunk, ROLLBACK, ledger.counts());
  const carried = carriedTo(ROLLBACK, claim, attempt.last);
  const calls = createLaneCalls(ports.faces, request.pace, clock, carried);
  const indexed = rows.filter(({ status }) => status === 'indexed');
  const some = Array.from({ length: Math.ceil(indexed.length / AT_ONCE) }, (_, at) =>
    indexed.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
  let done = rows.filter(({ reason }) => reason === 'rolled_back').length;
  const beat = () => attempt.heartbeat({ done, ...calls.made() } satisfies ChunkBeat);
  const work = async () => {
    for (const outcomes of some) {
      if (attempt.stop.aborted) throw attempt.stop.reason;
      await persist(() => takeBack(ports, calls, request, claim, outcomes), clock);
      const taken = outcomes.map((outcome) => rolledBack(outcome, clock.now()));
      if (!(await persist(() => batches.record(tenant, jobId, claim, taken), clock))) throw laterTry();
      taken.forEach(ledger.add);
      done += taken.length;
    }
    return { items: ledger.items(), counts: ledger.counts(), before, ...calls.made() };
  };
  return whileBeating(beat, () => countingSpent(batches, request, claim, ROLLBACK, calls.made, work));
}

async function takeBack(
  { users }: Pick<Ports, 'users'>,
  { faces }: Pick<LaneCalls, 'faces'>,
  { tenant, jobId, chunk, concurrency }: RollbackRequest,
  claim: ChunkClaim,
  outcomes: readonly ItemOutcome[],
): Promise<void> {
  const keys = outcomes.flatMap(({ subject, itemId }) => (subject ? [{ subject, faceKey: itemId }] : []));
  // A row may name another face by now: reconciliation puts back what was lost.
  const rows = (await users.readFaces(tenant, keys)).filter(
    ({ rank, chunk: of }) => rank.sessionId === jobId && of === chunk,
  );
  await eachAtOnce(keys, concurrency, (key) => users.withdrawFace(tenant, key, jobId));
  const indexed = [
    ...outcomes.flatMap(({ face }) => face ?? []),
    ...rows.flatMap((row) => Object.values(row.faces)),
  ];
  for (const [collection, faceIds] of byCollection(indexed)) await faces.deleteFaces({ collection, faceIds });
  const holder = holderOf(jobId, claim);
  const subjects = [...new Set(keys.map(({ subject }) => subject))];
  await eachAtOnce(subjects, concurrency, (subject) => letGo({ users }, { tenant, holder }, subject, false));
}

function rolledBack({ face, duplicate, reason, ...outcome }: ItemOutcome, at: number): ItemOutcome {
  return { ...outcome, status: 'skipped', reason: 'rolled_back', at };
}
