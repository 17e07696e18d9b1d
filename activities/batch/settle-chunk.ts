import type { ChunkRequest, ChunkResult } from '../../domain/batch/chunk.js';
import { holderOf, isSucceededBy } from '../../domain/batch/holder.js';
import type { ItemOutcome } from '../../domain/batch/item.js';
import type { SourceItem } from '../../domain/batch/source.js';
import { failures } from '../../workflows/failures.js';
import { failureType } from '../failure-type.js';
import type { Ports } from '../ports.js';
import { createChunkLedger } from './chunk-ledger.js';
import { type Clock, systemClock } from './clock.js';
import { eachAtOnce } from './each-at-once.js';
import { INDEX } from './index-chunk.js';
import { itemIds } from './item-id.js';
import { itemsToDo } from './items-of-chunk.js';
import { letGo } from './let-go.js';
import { laterTry } from './recorder.js';
import { settleUser } from './settle-user.js';
import { carriedTo } from './spent.js';
import { readRange } from './split-source.js';
import { whileBeating } from './while-beating.js';

/** A chunk that a cancel broke off: of the index its range, of a retry which one that was. */
type SettleRequest = Pick<ChunkRequest, 'tenant' | 'jobId' | 'spec' | 'chunk' | 'range'> & { round?: string };

/** `unread`: its part of the source could not be read any more, so that faces which only it leads to may have been left. */
type SettleResult = Omit<ChunkResult, 'pace'> & { unread?: true };

/** Outcomes that one write takes (BatchWriteItem, API reference). */
const AT_ONCE = 25;
const USERS_AT_ONCE = 8;

/**
 * Writes to the ledger what a chunk that was broken off has made count without recording it, as when its worker died: faces
 * whose rows name the job and the chunk. Nothing is indexed. Whoever may still be at work on the chunk, cut off from Temporal and
 * not from AWS, writes nothing more to the ledger; a face that it is about to make count may still come to count, and the ledger
 * does not know that one (docs/decisions/batch-chunks.md). Users whom the chunk holds are let go of, and what such a face was to
 * replace is replaced. Calls that brought no result are told. May be repeated.
 * @throws ApplicationFailure as the ports do
 */
export async function settleChunk(
  ports: Pick<Ports, 'archive' | 'batches' | 'faces' | 'photos' | 'photoVersions' | 'users' | 'subjectOf'>,
  request: SettleRequest,
  heartbeat: (details: unknown) => void = () => {},
  clock: Clock = systemClock,
): Promise<SettleResult> {
  const { tenant, jobId, chunk, round } = request;
  const { batches, users } = ports;
  const claim = await batches.claim(tenant, jobId, chunk);
  const ledger = createChunkLedger(await batches.readChunk(tenant, jobId, chunk));
  const told = ledger.counts();
  const before = round === undefined ? undefined : await batches.roundOf(tenant, jobId, chunk, round);
  const holder = holderOf(jobId, claim);
  const { calls, throttled } = carriedTo(round ?? INDEX, claim, undefined);
  const work = async () => {
    const { met, unread } = await usersOf(ports, request, ledger.rows());
    const found: { outcomes: ItemOutcome[]; subject: string; held: boolean; standing: boolean }[] = [];
    await eachAtOnce([...met], USERS_AT_ONCE, async ([subject, items]) => {
      const user = await users.read(tenant, subject);
      if (!user) return;
      const held = user.busy !== undefined && isSucceededBy(user.busy, holder);
      const outcomes = await settleUser(ports, request, { user, subject, held, items, ledger }, clock);
      found.push({ outcomes, subject, held, standing: user.faces.some(({ state }) => state === 'active') });
    });
    const outcomes = found.flatMap((each) => each.outcomes);
    for (let at = 0; at < outcomes.length; at += AT_ONCE) {
      const some = outcomes.slice(at, at + AT_ONCE);
      if (!(await batches.record(tenant, jobId, claim, some))) throw laterTry();
      some.forEach(ledger.add);
    }
    // Once the ledger has their outcomes: an erasure that waits for the holder finds them there.
    await eachAtOnce(
      found.filter(({ held }) => held),
      USERS_AT_ONCE,
      ({ subject, standing }) => letGo({ users }, { tenant, holder }, subject, standing),
    );
    return {
      ...{ items: ledger.items(), counts: ledger.counts(), calls, throttled },
      ...(round === undefined ? {} : { before: before ?? told }),
      ...(unread ? { unread } : {}),
    };
  };
  return whileBeating(() => heartbeat({ done: ledger.items() }), work);
}

/** Users whom the chunk may have changed, and what its range has of each that the ledger has not. */
async function usersOf(
  ports: Pick<Ports, 'archive' | 'subjectOf'>,
  { tenant, spec, range }: SettleRequest,
  rows: readonly ItemOutcome[],
): Promise<{ met: Map<string, SourceItem[]>; unread?: true }> {
  const met = new Map<string, SourceItem[]>();
  for (const { subject } of rows) if (subject) met.set(subject, []);
  if (!range) return { met };
  const items = await readRange(ports, spec.source, range).catch((error: unknown) => {
    // A job that is cancelled because its bucket is gone has to end all the same.
    if (failureType(error) !== failures.operatorMustAct) throw error;
    return undefined;
  });
  if (!items) return { met, unread: true };
  for (const { item } of itemsToDo(items, createChunkLedger(rows), itemIds(ports.subjectOf, tenant)).flat()) {
    if (!item.userId || item.broken) continue;
    const subject = ports.subjectOf(tenant, item.userId);
    met.set(subject, [...(met.get(subject) ?? []), item]);
  }
  return { met };
}
