import {
  CancellationScope,
  getExternalWorkflowHandle,
  setCurrentDetails,
  sleep,
  TemporalFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { batchJobOf } from '../domain/batch/holder.js';
import {
  addErased,
  addKept,
  begunErasure,
  ERASED_SEEN_MS,
  type Erasure,
  type Remaining,
} from '../domain/erasure.js';
import type { StoredImage } from '../domain/image-ref.js';
import type { Tenant } from '../domain/session.js';
import {
  eraseRemaining,
  eraseStore,
  fenceFaces,
  finishErasure,
  listStores,
  markErasing,
  readUnderWay,
  saveErasure,
} from './housekeeping.js';
import { erasureIdOf, sessionWorkflowId } from './ids.js';
import { persist } from './persist.js';
import { searchAttributes } from './search-attributes.js';

/** What an erasure starts with: a pseudonym, never a user id. */
export interface ErasureInput {
  tenant: Tenant;
  subject: string;
  /** Name of the API key, or who else asked for it. */
  requestedBy: string;
}

/** How long sessions of the user may take to undo what they began. Only pauses count. */
const SESSIONS_END_WITHIN_MS = 60_000;
/** A session that was stopped may still have a write on its way, for as long as an activity's attempt may take. */
const LATE_WRITES_MS = 10_000;
/** The index of a user's sessions, and searches, may lag. */
const LAG_MS = 1_000;
const MOST_PASSES = 5;
const MOST_SEARCHES = 4;

/**
 * Removes a user everywhere (docs/decisions/erasure.md): nothing begins any more; what is under way is stopped and undone;
 * every face stops to count; every store is emptied until a pass finds nothing; every collection is searched again. Once
 * begun it cannot be cancelled: half an erasure is none.
 */
export function erasure(input: ErasureInput): Promise<Erasure> {
  return CancellationScope.nonCancellable(() => erase(input));
}

async function erase({ tenant, subject, requestedBy }: ErasureInput): Promise<Erasure> {
  const { firstExecutionRunId, startTime } = workflowInfo();
  let receipt = begunErasure({
    erasureId: erasureIdOf(firstExecutionRunId),
    subject,
    requestedBy,
    requestedAt: startTime.getTime(),
  });
  const who = { tenant, subject };

  await persist(() => markErasing({ tenant, erasure: receipt }));
  await persist(() => saveErasure({ tenant, erasure: receipt }));
  const sessions = await stopSessions(tenant, subject);
  // Again: they may have registered the first face there is.
  const { lastPhoto, hadFaces, erasureIds, jobs } = await persist(() =>
    markErasing({ tenant, erasure: receipt }),
  );

  await persist(() => fenceFaces(who));
  // Before the stores are looked through: what a chunk had begun of the user by then is there.
  if (jobs)
    await sleep(ERASED_SEEN_MS + LATE_WRITES_MS, { summary: 'for batch jobs to know of the erasure' });

  const { stores } = await persist(() => listStores());
  const erasing = {
    ...who,
    sessions: sessions.filter((id) => batchJobOf(id) === undefined),
    ...(lastPhoto ? { lastPhoto } : {}),
  };
  let emptied = false;
  for (let pass = 1; ; pass++) {
    let found = 0;
    for (const store of stores) {
      const { erased, kept } = await persist(() => eraseStore({ ...erasing, store }));
      receipt = addKept(addErased(receipt, store, erased, Date.now()), kept);
      found += erased;
    }
    tell(receipt);
    await persist(() => saveErasure({ tenant, erasure: receipt }));
    emptied = found === 0;
    const quiet = sessions.length === 0;
    // A pass that found nothing is the last, but never the first one where something may still be on its way.
    if ((emptied && (quiet || pass > 1)) || pass === MOST_PASSES) break;
    const pause = quiet || pass > 1 ? LAG_MS : LATE_WRITES_MS;
    await sleep(pause, { summary: 'before the stores are looked through again' });
  }

  const remaining = await searchAgain(who, lastPhoto, (faces) => {
    receipt = addErased(receipt, 'faces', faces, Date.now());
  });
  const found = { emptied, hadFaces, ...(remaining ? { remaining } : {}) };
  const last = { tenant, erasure: receipt, erasureIds, ...found };
  receipt = await persist(() => finishErasure(last));
  tell(receipt);
  upsertSearchAttributes([{ key: searchAttributes.status, value: receipt.status }]);
  return receipt;
}

/**
 * Cancels the session that holds the user and every other one that has not ended, and waits until they have, or have had
 * their time: what they hold is then taken from them. One that has ended and only waits to remove photos is cancelled too: its
 * history knows the user. Returns every session that was met.
 */
async function stopSessions(tenant: Tenant, subject: string): Promise<string[]> {
  const met = new Set<string>();
  for (let pause = 250, waited = 0; ; pause = Math.min(pause * 2, 5_000)) {
    const { holder, open, asleep = [] } = await persist(() => readUnderWay({ tenant, subject }));
    const underWay = [...new Set([...(holder ? [holder] : []), ...open])];
    const ending = waited < SESSIONS_END_WITHIN_MS ? underWay : [];
    const fresh = [...ending, ...asleep].filter((sessionId) => !met.has(sessionId));
    await Promise.all(fresh.map((sessionId) => cancel(tenant, sessionId)));
    for (const sessionId of fresh) met.add(sessionId);
    if (ending.length === 0) return [...met];
    await sleep(pause, { summary: 'for the sessions of the user to end' });
    waited += pause;
  }
}

async function cancel(tenant: Tenant, sessionId: string): Promise<void> {
  // A chunk of a batch job lets go by itself, within seconds; the job is of many users.
  if (batchJobOf(sessionId)) return;
  try {
    await getExternalWorkflowHandle(sessionWorkflowId(tenant, sessionId)).cancel();
  } catch (error) {
    // It has ended, or there is none: a session that was terminated leaves its row behind.
    if (!(error instanceof TemporalFailure)) throw error;
  }
}

/** Searches until a search finds nothing. Returns what the last one found; undefined where none can be made. */
async function searchAgain(
  who: { tenant: Tenant; subject: string },
  lastPhoto: StoredImage | undefined,
  removed: (faces: number) => void,
): Promise<Remaining[] | undefined> {
  if (!lastPhoto) return undefined;
  for (let search = 1; ; search++) {
    const { remaining } = await persist(() => eraseRemaining({ ...who, lastPhoto }));
    const faces = (remaining ?? []).reduce((sum, each) => sum + each.faces, 0);
    if (faces === 0 || search === MOST_SEARCHES) return remaining;
    removed(faces);
    await sleep(LAG_MS, { summary: 'before the last search is made again' });
  }
}

/** Operators see this in Temporal UI. */
function tell({ status, stores }: Erasure): void {
  setCurrentDetails(
    [`**${status}**`, ...stores.map(({ store, erased }) => `- ${store}: ${erased} removed`)].join('\n'),
  );
}
