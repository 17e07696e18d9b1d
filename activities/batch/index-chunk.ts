import type { ChunkRequest, ChunkResult } from '../../domain/batch/chunk.js';
import { holderOf } from '../../domain/batch/holder.js';
import type { ItemOutcome } from '../../domain/batch/item.js';
import { chooseShard } from '../../domain/shards.js';
import type { ChunkClaim } from '../ports/batch-table.js';
import type { Ports } from '../ports.js';
import type { Attempt } from './attempt.js';
import { createChunkLedger } from './chunk-ledger.js';
import { type Clock, systemClock } from './clock.js';
import { eachAtOnce } from './each-at-once.js';
import { createErasedUsers } from './erased-users.js';
import { itemIds } from './item-id.js';
import type { ItemJob, ItemTools } from './item-work.js';
import { itemsToDo, itemsToRetry } from './items-of-chunk.js';
import { createLaneCalls } from './lane-calls.js';
import { letGo } from './let-go.js';
import { noteThrottles } from './note-throttles.js';
import { operatorMustAct } from './operator-must-act.js';
import { persist } from './persist.js';
import { createRecorder, laterTry } from './recorder.js';
import { type ChunkBeat, carriedTo, countingSpent } from './spent.js';
import { readRange } from './split-source.js';
import { whileBeating } from './while-beating.js';
import { type ChunkWork, workOnUsers } from './work-on-users.js';

const LET_GO_AT_ONCE = 8;

/** What calls are kept for that an index of a chunk made without a result; those of a retry are kept for its round. */
export const INDEX = 'index';

/**
 * Indexes a chunk of photos: claims it, and works on whatever its ledger does not have, so that it may be done again from any
 * point. Cancelled, it ends what is under way, begins nothing new, and says so by throwing.
 * @throws ApplicationFailure `DependencyUnavailable` or `Throttled` where nothing succeeds any more, or a later try has the
 *   chunk; `OperatorMustAct`
 */
export async function indexChunk(
  ports: Ports,
  request: ChunkRequest,
  attempt: Attempt,
  clock: Clock = systemClock,
): Promise<ChunkResult> {
  const { tenant, jobId, chunk, spec, retry } = request;
  const { batches } = ports;
  const claim = await batches.claim(tenant, jobId, chunk);
  const rows = await batches.readChunk(tenant, jobId, chunk);
  const ledger = createChunkLedger(rows);
  // A retry is counted from what the ledger said before its first try.
  const before = retry && (await batches.beginRound(tenant, jobId, chunk, retry.round, ledger.counts()));
  const of = retry?.round ?? INDEX;
  const calls = createLaneCalls(ports.faces, request.pace, clock, carriedTo(of, claim, attempt.last));
  // A retry has to do with few of its items.
  let done = retry ? 0 : ledger.items();
  const beat = () => attempt.heartbeat({ done, ...calls.made() } satisfies ChunkBeat);
  const work = async () => {
    const again = attempt.number > 1 || rows.length > 0;
    const job = await jobOf(ports, request, claim, again, rows);
    const users = retry
      ? itemsToRetry(rows, spec.source, retry.reasons)
      : itemsToDo(await readRange(ports, spec.source, rangeOf(request)), ledger, job.idOf);
    const { archive, photos, photoVersions, subjectOf } = ports;
    const tools: ItemTools = {
      ...{ archive, photos, photoVersions, subjectOf, clock },
      batchUsers: noteThrottles(ports.batchUsers, calls.noteThrottle),
      users: ports.users,
      faces: calls.faces,
      erased: createErasedUsers(() => batches.erasedUsers(tenant, jobId), clock),
    };
    const recorder = createRecorder((outcomes) => batches.record(tenant, jobId, claim, outcomes), clock);
    const chunkWork: ChunkWork = {
      tools,
      job,
      ledger,
      recorder,
      attempt,
      atOnce: () => calls.atOnce(request.concurrency),
      concurrency: request.concurrency,
      ended: () => done++,
      async stillOurs() {
        if (!(await batches.holds(tenant, jobId, claim))) throw laterTry();
      },
    };
    // The first try of a retry comes after all that.
    if (!retry || attempt.number > 1) await letGoOfRecorded(chunkWork, rows);
    await workOnUsers(chunkWork, users);
    return {
      items: ledger.items(),
      counts: ledger.counts(),
      ...(before ? { before } : {}),
      ...calls.made(),
    };
  };
  return whileBeating(beat, () => countingSpent(batches, request, claim, of, calls.made, work));
}

/** Users whose outcomes an earlier try wrote, and whom it may not have let go of. */
async function letGoOfRecorded({ tools, job }: ChunkWork, rows: readonly ItemOutcome[]): Promise<void> {
  const standing = new Map<string, boolean>();
  for (const { subject, status } of rows)
    if (subject) standing.set(subject, status === 'indexed' || standing.get(subject) === true);
  await eachAtOnce([...standing], LET_GO_AT_ONCE, async ([subject, stands]) => {
    await persist(() => letGo(tools, job, subject, stands), tools.clock);
  });
}

function rangeOf({ range }: ChunkRequest) {
  if (!range)
    throw operatorMustAct('The chunk has no range of the source, and nothing to retry. Cancel the job.');
  return range;
}

async function jobOf(
  { shardMap, subjectOf }: Pick<Ports, 'shardMap' | 'subjectOf'>,
  request: ChunkRequest,
  claim: ChunkClaim,
  again: boolean,
  rows: readonly ItemOutcome[],
): Promise<ItemJob> {
  const { tenant, jobId, chunk, spec, policy } = request;
  const [shards, generation] = await Promise.all([shardMap.shards(tenant), shardMap.generation(tenant)]);
  const collectionOf = (subject: string) => shardMap.collection(tenant, shardOf(shards, subject), generation);
  const holder = holderOf(jobId, claim);
  const forgotten = new Set(
    rows.flatMap(({ itemId, reason }) => (reason === 'user_erasing' ? [itemId] : [])),
  );
  const idOf = itemIds(subjectOf, tenant);
  return { tenant, jobId, chunk, holder, spec, policy, idOf, collectionOf, generation, again, forgotten };
}

function shardOf(shards: Parameters<typeof chooseShard>[0], subject: string) {
  try {
    return chooseShard(shards, subject);
  } catch {
    throw operatorMustAct('No shard takes new faces. Add an active one to the shard map, then resume.');
  }
}
