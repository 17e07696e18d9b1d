import { batchJobOf } from '../../domain/batch/holder.js';
import type { ItemOutcome, ItemReason, ItemStatus } from '../../domain/batch/item.js';
import type { SourceItem } from '../../domain/batch/source.js';
import { externalImageId, type FaceRecord, type IndexedFace, listsFace } from '../../domain/face-record.js';
import { replaceFaces } from '../replace-faces.js';
import { eraseUpload } from './erase-uploads.js';
import { fromManifest } from './from-manifest.js';
import { indexPhoto, surplus } from './index-photo.js';
import {
  type ItemEnd,
  type ItemJob,
  type ItemMemo,
  type ItemTools,
  type ItemWork,
  wasKnownBy,
} from './item-work.js';
import { lookAtItem, userOf } from './look-at-item.js';
import { removeFaces, removeSurplus } from './remove-faces.js';

/** The photo of a user, on its way. */
interface Adding {
  subject: string;
  faceKey: string;
  image: { bucket: string; key: string; region?: string };
}

/**
 * One photo, from the source to a face that counts: the user is held, the face indexed, and one conditional write makes it
 * count (docs/decisions/batch-chunks.md). Whatever it is refused for is an outcome. May be done again from any point, by this
 * try of the chunk or another one. The user stays held, for the outcome is not written yet.
 * @returns `busy`: somebody else holds the user
 * @throws ApplicationFailure `Throttled`, `DependencyUnavailable`, `OperatorMustAct`
 */
export async function indexItem(
  tools: ItemTools,
  job: ItemJob,
  work: ItemWork,
  memo: ItemMemo,
): Promise<ItemEnd | 'busy'> {
  const { tenant, spec, holder, chunk, jobId } = job;
  const { item } = work;
  const { bucket, key, region } = item;
  // First of all: whatever comes of the item, an erasure of its user has to find it.
  const userId = userOf(item);
  const subject = userId === undefined ? undefined : tools.subjectOf(tenant, userId);
  if (subject) memo.subject = subject;
  const looked = await lookAtItem(tools.archive, spec.source, item);
  // What is tried again is known by its object now: it may not have been looked at before, or have changed since.
  const unknown = looked.etag === undefined ? work.itemId : undefined;
  const faceKey = unknown ?? idOf(job, work, looked.etag);
  memo.itemId = faceKey;
  const end = (status: ItemStatus, reason?: ItemReason, more: Partial<ItemOutcome> = {}): ItemOutcome => ({
    itemId: faceKey,
    ...wasKnownBy(work, faceKey),
    chunk,
    status,
    ...(reason ? { reason } : {}),
    uri: uriOf(item, spec),
    ...(userId ? { userId } : {}),
    ...(subject ? { subject } : {}),
    ...fromManifest(item),
    at: tools.clock.now(),
    ...more,
  });
  const forgotten = subject && forgottenId(job, work, faceKey);
  const erased = async (more: Partial<ItemOutcome> = {}): Promise<ItemEnd> => {
    // The erasure has been here already, or cannot know of it: nothing leads to this photo but the source.
    await eraseUpload(tools.photoVersions, tenant, item);
    return { outcome: erasing(end('skipped', 'user_erasing', more)) };
  };
  if (forgotten) return erased({ itemId: forgotten });
  const isErased = () => subject !== undefined && tools.erased.has(subject);
  if (await isErased()) return erased();
  if ('reason' in looked || !subject) {
    return { outcome: end('rejected', 'reason' in looked ? looked.reason : 'user_id_missing') };
  }

  const held = await tools.batchUsers.hold(tenant, { subject, userId: looked.userId, holder, faceKey });
  if (held === 'busy') return 'busy';
  if (held === 'erasing') return erased();
  memo.held = true;
  // It may have taken so long that the erasure is over.
  if (await isErased()) return erased();
  const { active, own } = held;
  const adding = { subject, faceKey, image: { bucket, key, ...(region ? { region } : {}) } };
  const counted = async (row: FaceRecord): Promise<ItemEnd | 'busy'> => {
    // What was there before may have stopped to count by now, and still be found.
    const others = own && spec.onExisting === 'replace' ? await facesOf(tools, tenant, subject) : active;
    const face = await settleRow(tools, job, { row, others, adding }, memo);
    // Somebody took the user from us, who were silent for too long. That row goes with the next hold.
    if (row.state === 'lost') return 'busy';
    // Of an erasure before this job, likewise: whoever is named by a job again is a new user.
    if (row.state === 'erased' && row.fenced && batchJobOf(row.rank.sessionId) !== jobId) return 'busy';
    if (row.state === 'erased') return erased();
    const standing = row.state === 'active' || active.length > 0 ? { standing: true as const } : {};
    if (!face) return { outcome: end('skipped', 'already_indexed'), ...standing };
    return { outcome: end('indexed', undefined, { face }), ...standing };
  };
  if (own) return counted(own);
  const others = active.length > 0 ? { standing: true as const } : {};
  if (active.length > 0 && spec.onExisting === 'skip')
    return { outcome: end('skipped', 'user_exists'), ...others };

  if (!memo.face) {
    const indexed = await indexPhoto(tools, job, adding, memo);
    if ('refused' in indexed) return { outcome: end('rejected', indexed.refused), ...others };
    memo.face = indexed.face;
  }
  // The user is held, so that this face is the newest, whatever the clocks of those say that put the others there.
  const newest = Math.max(...active.map(({ rank }) => rank.startedAt + 1));
  const row = await tools.batchUsers.commit(tenant, {
    ...adding,
    rank: { startedAt: Math.max(tools.clock.now(), newest), sessionId: jobId },
    chunk,
    generation: job.generation,
    face: memo.face,
  });
  return counted(row);
}

/**
 * Brings collections in line with the row that is there: this item's own, or whatever kept it out.
 * @returns the face that counts, or counted, by this item; undefined where the row is somebody else's
 */
async function settleRow(
  tools: ItemTools,
  job: ItemJob,
  { row, others, adding }: { row: FaceRecord; others: readonly FaceRecord[]; adding: Adding },
  memo: ItemMemo,
): Promise<IndexedFace | undefined> {
  const { tenant, jobId, chunk, spec, generation } = job;
  const { subject, faceKey } = adding;
  const name = externalImageId(subject, faceKey);
  if (memo.face && !(row.state === 'active' && listsFace(row, memo.face.faceId))) {
    await removeFaces(tools, { faces: [memo.face], externalImageId: name, surplus: false });
  }
  delete memo.face;
  const mine = row.rank.sessionId === jobId && row.chunk === chunk && row.state !== 'erased';
  const face = row.faces[generation] ?? Object.values(row.faces)[0];
  if (!mine || !face) return undefined;
  if (row.state !== 'active') return face; // it was replaced since
  if (surplus(job, memo)) await removeSurplus(tools, face, name, Object.values(row.faces));
  if (spec.onExisting === 'replace') {
    // A face that came after this one replaced it, or was added on purpose.
    const older = others.filter(
      (other) => other.faceKey !== faceKey && other.rank.startedAt <= row.rank.startedAt,
    );
    const { bucket } = tools.photoVersions;
    const keys = older.map((other) => other.faceKey);
    if (keys.length > 0) await replaceFaces(tools, { tenant, subject, older: keys, face, bucket });
  }
  return face;
}

async function facesOf(
  { users }: ItemTools,
  tenant: ItemJob['tenant'],
  subject: string,
): Promise<readonly FaceRecord[]> {
  const user = await users.read(tenant, subject);
  return user?.faces.filter(({ state }) => state === 'active' || state === 'replaced') ?? [];
}

/** Who is being erased shall not be named. */
function erasing({ userId, subject, attributes, ...outcome }: ItemOutcome): ItemOutcome {
  return { ...outcome, uri: '' };
}

function idOf({ idOf, spec }: ItemJob, { item, repeats }: ItemWork, etag: string | undefined): string {
  const { bucket, key, line } = item;
  if (item.broken && spec.source.kind === 'manifest')
    return idOf({ bucket: spec.source.bucket, key: spec.source.key, line });
  return idOf({ bucket, key, etag, line: repeats === undefined ? undefined : line });
}

/**
 * The row that an erasure has left of the item, which says no more than its id: that of the object, or of the line where the
 * object could not be looked at, or was not needed, since an earlier line named it.
 */
function forgottenId(job: ItemJob, { item, itemId, repeats }: ItemWork, faceKey: string): string | undefined {
  if (itemId || job.forgotten.size === 0) return undefined;
  const { bucket, key, line } = item;
  const ids = [
    faceKey,
    ...(line === undefined ? [] : [job.idOf({ bucket, key, line })]),
    ...(repeats === undefined ? [job.idOf({ bucket, key })] : []),
  ];
  return ids.find((id) => job.forgotten.has(id));
}

function uriOf(item: SourceItem, { source }: ItemJob['spec']): string {
  if (item.key === '' && source.kind === 'manifest') return `s3://${source.bucket}/${source.key}`;
  return `s3://${item.bucket}/${item.key}`;
}
