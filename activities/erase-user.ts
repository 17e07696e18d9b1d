import {
  type Erasure,
  endedErasure,
  isUnderWay,
  lastPhotoKey,
  type Remaining,
  searchPhotos,
  userPhotoPrefix,
} from '../domain/erasure.js';
import type { StoredImage } from '../domain/image-ref.js';
import type { Tenant } from '../domain/session.js';
import { tellJobs } from './batch/tell-jobs.js';
import type { ErasingUser } from './ports/erasure-store.js';
import type { Workflows } from './ports/workflows.js';
import type { Ports } from './ports.js';

interface Request {
  tenant: Tenant;
  erasure: Erasure;
}

/**
 * Marks the user, so that nothing begins any more, and sets a photo aside that nobody else removes: the last search needs it.
 * To be repeated once the sessions under way have ended, for they may have registered the user's first face.
 * @returns `jobs`: batch jobs that run, and may come to photos of the user
 */
export async function markErasing(
  ports: Pick<Ports, 'reconcileTable' | 'photos' | 'photoVersions' | 'erasures' | 'batches'>,
  { tenant, erasure }: Request,
): Promise<ErasingUser & { jobs: number }> {
  const { reconcileTable, erasures } = ports;
  const { subject, erasureId } = erasure;
  // First: whoever reserves the user after this is refused, so what is read now is all there will be but for its holder's.
  const marked = await erasures.mark(tenant, subject, erasureId, { hadFaces: false });
  const jobs = await tellJobs(ports, { tenant, subject });
  const faces = await reconcileTable.faces(tenant, subject);
  const lastPhoto = marked.lastPhoto ?? (await setAside(ports, tenant, subject, searchPhotos(faces)));
  const found = await erasures.mark(tenant, subject, erasureId, {
    hadFaces: faces.some((face) => face.state === 'tentative' || Object.keys(face.faces).length > 0),
    ...(lastPhoto ? { lastPhoto } : {}),
  });
  return { ...found, jobs };
}

/** Copies the first of the photos that is there to our bucket: it may be where a caller keeps it. */
async function setAside(
  { photos, photoVersions: { bucket } }: Pick<Ports, 'photos' | 'photoVersions'>,
  tenant: Tenant,
  subject: string,
  candidates: readonly StoredImage[],
): Promise<StoredImage | undefined> {
  for (const candidate of candidates) {
    // In an archive that may be seen no more there is nothing to set aside, and nobody to wait for.
    const foreign = candidate.bucket !== bucket;
    if (!(await photos.get(candidate, { maxBytes: 0, foreign }))) continue;
    const { region: _, ...image } = candidate;
    const aside = { ...image, bucket, key: lastPhotoKey(tenant, subject) };
    await photos.copy(candidate, aside);
    return aside;
  }
  return undefined;
}

/**
 * Who holds the user, and which of the user's sessions have not ended. `asleep`: those that have, and whose workflows wait
 * for the day on which photos are to go.
 */
export async function readUnderWay(
  { erasures }: Pick<Ports, 'erasures'>,
  { tenant, subject }: { tenant: Tenant; subject: string },
): Promise<{ holder?: string; open: string[]; asleep?: string[] }> {
  const [holder, sessions] = await Promise.all([
    erasures.holder(tenant, subject),
    erasures.sessions(tenant, subject),
  ]);
  const open = sessions.filter(({ status }) => isUnderWay(status)).map(({ sessionId }) => sessionId);
  const now = Date.now();
  const asleep = sessions
    .filter(({ sessionId, keptUntil = 0 }) => keptUntil > now && !open.includes(sessionId))
    .map(({ sessionId }) => sessionId);
  return { ...(holder ? { holder } : {}), open, ...(asleep.length > 0 ? { asleep } : {}) };
}

/** Removes what was kept until now, the mark last of all, and closes the receipt, and those of erasures that were broken off. */
export async function finishErasure(
  { erasures, photoVersions, batches }: Pick<Ports, 'erasures' | 'photoVersions' | 'batches'>,
  workflows: Workflows,
  request: Request & {
    erasureIds: readonly string[];
    /** The last pass over the stores found nothing. */
    emptied: boolean;
    remaining?: readonly Remaining[];
    hadFaces: boolean;
  },
): Promise<Erasure> {
  const { tenant, erasure, erasureIds, emptied, remaining, hadFaces } = request;
  const { subject, erasureId } = erasure;
  const retentionMs = await workflows.retentionMs();
  await tellJobs({ batches }, { tenant, subject }); // also those that have begun since
  await photoVersions.erase(userPhotoPrefix(tenant, subject));
  await erasures.removeUser(tenant, subject);
  await erasures.unmark(tenant, subject, erasureId);
  const ended = endedErasure(erasure, { emptied, remaining, hadFaces, retentionMs, at: Date.now() });
  for (const id of erasureIds) {
    // One that was broken off has ended with this one.
    const other = id === erasureId ? undefined : await erasures.read(tenant, id);
    if (other?.status !== 'processing') continue;
    const { requestedBy, requestedAt } = other;
    await erasures.save(tenant, { ...ended, erasureId: id, requestedBy, requestedAt });
  }
  await erasures.save(tenant, ended);
  return ended;
}
