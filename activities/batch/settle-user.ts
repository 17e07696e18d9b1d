import type { ChunkRequest } from '../../domain/batch/chunk.js';
import type { ItemOutcome } from '../../domain/batch/item.js';
import type { SourceItem } from '../../domain/batch/source.js';
import type { FaceRecord } from '../../domain/face-record.js';
import type { Ports } from '../ports.js';
import { replaceFaces } from '../replace-faces.js';
import type { ChunkLedger } from './chunk-ledger.js';
import type { Clock } from './clock.js';
import { fromManifest } from './from-manifest.js';
import { type ItemIds, itemIds } from './item-id.js';

/** A user whom a chunk that was broken off may have changed. */
interface MetUser {
  user: { userId?: string; faces: readonly FaceRecord[] };
  subject: string;
  /** By the chunk: nobody else changes the user. */
  held: boolean;
  /** What the range has of the user, and the ledger has not. */
  items: readonly SourceItem[];
  ledger: ChunkLedger;
}

type Settled = Pick<ChunkRequest, 'tenant' | 'jobId' | 'spec' | 'chunk'>;

/**
 * Ends what a chunk had begun with a user: where a face that it made count was to replace others, it does.
 * @returns what the ledger does not say of faces that the chunk made count
 */
export async function settleUser(
  ports: Pick<Ports, 'faces' | 'photos' | 'photoVersions' | 'users' | 'subjectOf'>,
  request: Settled,
  { user, subject, held, items, ledger }: MetUser,
  clock: Pick<Clock, 'now'>,
): Promise<ItemOutcome[]> {
  const { tenant, jobId, chunk, spec } = request;
  const idOf = itemIds(ports.subjectOf, tenant);
  const unrecorded = user.faces
    .filter(({ rank, chunk: of }) => rank.sessionId === jobId && of === chunk)
    .filter(({ faceKey }) => (ledger.of(faceKey)?.status ?? 'dead_letter') === 'dead_letter');
  if (held && spec.onExisting === 'replace')
    await replaceOlder(ports, request, subject, user.faces, unrecorded);
  return unrecorded.flatMap(
    (row) => outcomeOf(row, items, idOf, ledger.of(row.faceKey), user.userId, clock.now()) ?? [],
  );
}

/** What the newest of the faces was to replace. A part of it may have been done. */
async function replaceOlder(
  ports: Parameters<typeof settleUser>[0],
  { tenant }: Settled,
  subject: string,
  faces: readonly FaceRecord[],
  unrecorded: readonly FaceRecord[],
): Promise<void> {
  const [newest] = unrecorded
    .filter(({ state }) => state === 'active')
    .sort((a, b) => b.rank.startedAt - a.rank.startedAt);
  const [face] = Object.values(newest?.faces ?? {});
  if (!newest || !face) return;
  const older = faces
    .filter(({ state }) => state === 'active' || state === 'replaced')
    .filter(({ faceKey, rank }) => faceKey !== newest.faceKey && rank.startedAt <= newest.rank.startedAt)
    .map(({ faceKey }) => faceKey);
  const { bucket } = ports.photoVersions;
  if (older.length > 0) await replaceFaces(ports, { tenant, subject, older, face, bucket });
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
  idOf: ItemIds,
  recorded: ItemOutcome | undefined,
  userId: string | undefined,
  at: number,
): ItemOutcome | undefined {
  const [face] = Object.values(faces);
  if (!face || (state !== 'active' && state !== 'replaced')) return undefined;
  const isOf = (item: SourceItem) =>
    image ? item.bucket === image.bucket && item.key === image.key : idOf(item) === faceKey;
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
