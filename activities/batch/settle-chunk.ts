import type { ChunkRequest, ChunkResult } from '../../domain/batch/chunk.js';
import { holderOf, isSucceededBy } from '../../domain/batch/holder.js';
import type { ItemOutcome } from '../../domain/batch/item.js';
import type { SourceItem } from '../../domain/batch/source.js';
import type { FaceRecord } from '../../domain/face-record.js';
import type { Ports } from '../ports.js';
import { createChunkLedger } from './chunk-ledger.js';
import { type Clock, systemClock } from './clock.js';
import { eachAtOnce } from './each-at-once.js';
import { fromManifest } from './from-manifest.js';
import { itemIdOf } from './item-id.js';
import { itemsToDo } from './items-of-chunk.js';
import { letGo } from './let-go.js';
import { laterTry } from './recorder.js';
import { readRange } from './split-source.js';

/** A chunk that a cancel broke off: of the index its range, of a retry which one that was. */
type SettleRequest = Pick<ChunkRequest, 'tenant' | 'jobId' | 'spec' | 'chunk' | 'range'> & { round?: string };

/** Outcomes that one write takes (BatchWriteItem, API reference). */
const AT_ONCE = 25;
const USERS_AT_ONCE = 8;

/**
 * Writes to the ledger what a chunk that was broken off has made count without recording it, as when its worker died: faces
 * whose rows name the job and the chunk. Nothing is indexed, and whoever may still be at work on it writes nothing more. Users
 * whom the chunk holds are let go of. May be repeated.
 * @throws ApplicationFailure as the ports do; `OperatorMustAct` where the range cannot be read any more
 */
export async function settleChunk(
  ports: Pick<Ports, 'archive' | 'batches' | 'users' | 'subjectOf'>,
  request: SettleRequest,
  progress: () => void = () => {},
  clock: Clock = systemClock,
): Promise<Omit<ChunkResult, 'pace'>> {
  const { tenant, jobId, chunk, round } = request;
  const { batches, users } = ports;
  const claim = await batches.claim(tenant, jobId, chunk);
  const ledger = createChunkLedger(await batches.readChunk(tenant, jobId, chunk));
  const told = ledger.counts();
  const before = round === undefined ? undefined : await batches.roundOf(tenant, jobId, chunk, round);
  const holder = holderOf(jobId, claim);
  const met = [...(await usersOf(ports, request, ledger.rows()))];
  const found: { outcomes: ItemOutcome[]; subject: string; held: boolean; standing: boolean }[] = [];
  await eachAtOnce(met, USERS_AT_ONCE, async ([subject, items]) => {
    const user = await users.read(tenant, subject);
    progress();
    if (!user) return;
    const outcomes = user.faces
      .filter(({ rank, chunk: of }) => rank.sessionId === jobId && of === chunk)
      .filter(({ faceKey }) => (ledger.of(faceKey)?.status ?? 'dead_letter') === 'dead_letter')
      .flatMap((row) => outcomeOf(row, items, ledger.of(row.faceKey), user.userId, clock.now()) ?? []);
    const standing = user.faces.some(({ state }) => state === 'active');
    found.push({
      outcomes,
      subject,
      held: user.busy !== undefined && isSucceededBy(user.busy, holder),
      standing,
    });
  });
  const outcomes = found.flatMap((each) => each.outcomes);
  for (let at = 0; at < outcomes.length; at += AT_ONCE) {
    const some = outcomes.slice(at, at + AT_ONCE);
    if (!(await batches.record(tenant, jobId, claim, some))) throw laterTry();
    some.forEach(ledger.add);
    progress();
  }
  // Once the ledger has their outcomes: an erasure that waits for the holder finds them there.
  await eachAtOnce(
    found.filter(({ held }) => held),
    USERS_AT_ONCE,
    ({ subject, standing }) => letGo({ users }, { tenant, holder }, subject, standing),
  );
  const counted = round === undefined ? {} : { before: before ?? told };
  return { items: ledger.items(), counts: ledger.counts(), ...counted, calls: {}, throttled: 0 };
}

/** Users whom the chunk may have changed, and what its range has of each that the ledger has not. */
async function usersOf(
  ports: Pick<Ports, 'archive' | 'subjectOf'>,
  { tenant, spec, range }: SettleRequest,
  rows: readonly ItemOutcome[],
): Promise<Map<string, SourceItem[]>> {
  const met = new Map<string, SourceItem[]>();
  for (const { subject } of rows) if (subject) met.set(subject, []);
  if (!range) return met;
  const items = await readRange(ports, spec.source, range);
  for (const { item } of itemsToDo(items, createChunkLedger(rows)).flat()) {
    if (!item.userId || item.broken) continue;
    const subject = ports.subjectOf(tenant, item.userId);
    met.set(subject, [...(met.get(subject) ?? []), item]);
  }
  return met;
}

/** What is to be said of a face that this job made count. */
function outcomeOf(
  {
    faceKey,
    subject,
    chunk = 0,
    state,
    faces,
    image,
  }: Omit<FaceRecord, 'image'> & Partial<Pick<FaceRecord, 'image'>>,
  items: readonly SourceItem[],
  recorded: ItemOutcome | undefined,
  userId: string | undefined,
  at: number,
): ItemOutcome | undefined {
  const [face] = Object.values(faces);
  if (!face || (state !== 'active' && state !== 'replaced')) return undefined;
  const isOf = (item: SourceItem) =>
    image
      ? item.bucket === image.bucket && item.key === image.key
      : itemIdOf(item.bucket, item.key, item.etag) === faceKey;
  const item = items.find(isOf);
  const place = image ?? item; // what was replaced names no photo any more
  if (!recorded && !place) return undefined;
  const { attempts, reason, ...known }: Partial<ItemOutcome> = recorded ?? {
    ...{ itemId: faceKey, chunk, subject, uri: `s3://${place?.bucket}/${place?.key}` },
    ...(item ? fromManifest(item) : {}),
    ...named(item?.userId ?? userId),
  };
  return { ...known, status: 'indexed', face, at } as ItemOutcome;
}

const named = (userId: string | undefined) => (userId === undefined ? {} : { userId });
