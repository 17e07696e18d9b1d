import { activityInfo, asyncLocalStorage, heartbeat, sleep } from '@temporalio/activity';
import type { ChunkResult, LanePace } from '../../domain/batch/chunk.js';
import type { ItemOutcome } from '../../domain/batch/item.js';
import type { FaceRecord } from '../../domain/face-record.js';
import type { Policy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import { everyCollection } from '../collections.js';
import type { Ports } from '../ports.js';
import { countsOf } from './chunk-ledger.js';
import type { Clock } from './clock.js';
import { eachAtOnce } from './each-at-once.js';
import { createLaneCalls, type LaneCalls } from './lane-calls.js';
import { persist } from './persist.js';
import { laterTry } from './recorder.js';
import { type DuplicateSearch, searchItem } from './search-item.js';
import { type ChunkBeat, carriedTo, countingSpent } from './spent.js';
import { whileBeating } from './while-beating.js';

export interface SearchRequest {
  tenant: Tenant;
  jobId: string;
  policy: Policy;
  chunk: number;
  /** In earlier shards too, for the faces there that the job did not index. */
  everywhere: boolean;
  pace: LanePace;
  concurrency: number;
}

/** What came of it; the ledger says what it said before. */
export interface SearchResult extends ChunkResult {
  /**
   * Faces that were looked for in all shards where they had to be. Fewer than are indexed where some count no more, or their
   * photos are gone.
   */
  searched: number;
  /** Pairs that nobody had met before. A try that dies may leave some out; the report counts what is stored. */
  pairs: number;
}

/**
 * What heartbeats remember beside what they say of every chunk. Nothing is written of what was searched: a pair that is met
 * again is stored once all the same.
 */
interface Progress {
  /** The last of the items, in the order of their ids, before which all are done. */
  through: string;
  searched: number;
  pairs: number;
}

/** A try that was thought dead, and is not, ends here at the latest. */
const CLAIMED_EVERY = 100;

const SEARCH = 'search';

/** A cancel ends every wait. */
const clock: Clock = { now: Date.now, sleep };

/**
 * The search for duplicates over a chunk of the ledger: paced, and resumed where heartbeats left it.
 * @throws ApplicationFailure `DependencyUnavailable` where nothing succeeds, or a later try has the chunk; `OperatorMustAct`
 */
export async function searchChunk(
  ports: Pick<Ports, 'faces' | 'users' | 'shardMap' | 'archive' | 'batches'>,
  request: SearchRequest,
): Promise<SearchResult> {
  const { tenant, jobId, policy, chunk, pace, concurrency } = request;
  const { batches, shardMap } = ports;
  const claim = await batches.claim(tenant, jobId, chunk);
  const claimed = async () => {
    if (!(await batches.holds(tenant, jobId, claim))) throw laterTry();
  };
  const ledger = await batches.readChunk(tenant, jobId, chunk);
  const { heartbeatDetails: last } = activityInfo();
  const { through = '', searched = 0, pairs = 0 }: Partial<Progress> = last ?? {};
  let progress: Progress = { through, searched, pairs };
  const indexed = ledger.filter(({ status }) => status === 'indexed');
  const calls = createLaneCalls(ports.faces, pace, clock, carriedTo(SEARCH, claim, last));
  const before = indexed.filter(({ itemId }) => itemId <= through).length;
  let done = 0;
  const beat = () =>
    heartbeat({ ...progress, done: before + done, ...calls.made() } satisfies Progress & ChunkBeat);
  const work = async () => {
    const rows = await facesOf(ports.users, tenant, indexed, progress.through);
    const search = {
      tenant,
      policy,
      generation: await shardMap.generation(tenant),
      collections: await everyCollection(shardMap, tenant),
      everywhere: request.everywhere,
      faces: insistent(calls.faces),
      now: clock.now,
    };

    const found = new Map<number, Pick<Progress, 'searched' | 'pairs'>>();
    const note = async (at: number, item: Pick<Progress, 'searched' | 'pairs'>) => {
      found.set(at, item);
      for (let next = found.get(done); next; next = found.get(++done)) {
        found.delete(done);
        progress = {
          through: rows[done]?.faceKey ?? progress.through,
          searched: progress.searched + next.searched,
          pairs: progress.pairs + next.pairs,
        };
      }
      if (at % CLAIMED_EVERY === CLAIMED_EVERY - 1) await claimed();
    };
    await eachAtOnce(rows, calls.atOnce(concurrency), async (row, at) => {
      const item = await searchItem(ports, search, row);
      let pairs = 0;
      for (const pair of item.pairs) if (await batches.addPair(tenant, jobId, pair)) pairs++;
      await note(at, { searched: Number(item.searched), pairs });
    });
    await claimed();
    const { searched, pairs } = progress;
    return { items: ledger.length, counts: countsOf(ledger), ...calls.made(), searched, pairs };
  };
  // Outside of the activity's own context: a cancel would break it off.
  const keepSpent = (...spent: Parameters<typeof batches.keepSpent>) =>
    asyncLocalStorage.exit(() => batches.keepSpent(...spent));
  return whileBeating(beat, () => countingSpent({ keepSpent }, request, claim, SEARCH, calls.made, work));
}

/** Rows of the faces that the ledger says were indexed, in the order of their keys; those after `through`. */
async function facesOf(
  users: Ports['users'],
  tenant: Tenant,
  indexed: readonly ItemOutcome[],
  through: string,
): Promise<FaceRecord[]> {
  const keys = indexed.flatMap(({ subject, itemId }) =>
    subject && itemId > through ? [{ subject, faceKey: itemId }] : [],
  );
  const rows = keys.length > 0 ? await users.readFaces(tenant, keys) : [];
  return rows.sort((a, b) => (a.faceKey < b.faceKey ? -1 : 1));
}

/** The same searches, again and again while they are throttled or not answered. */
function insistent({ searchByFace, searchByImage }: LaneCalls['faces']): DuplicateSearch['faces'] {
  return {
    searchByFace: (request) => persist(() => searchByFace(request), clock),
    searchByImage: (request) => persist(() => searchByImage(request), clock),
  };
}
