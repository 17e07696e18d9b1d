import { externalImageId, type FaceRecord, listsFace, parseExternalImageId } from '../domain/face-record.js';
import { belongs, type Finding, type FindingOutcome, type PageFindings } from '../domain/reconcile.js';
import type { Tenant } from '../domain/session.js';
import { isAtWork, isBeingChanged, settle, type Walk } from './reconcile-owner.js';

/** As many as rows that one call reads (BatchGetItem, API reference). */
const PAGE = 100;

/** Looks at a page of a collection: every face of ours has to have a row that vouches for it. */
export async function reconcileFaces(
  walk: Walk,
  { tenant, collection }: { tenant: Tenant; collection: string },
  token: string | undefined,
): Promise<{ page: PageFindings; next?: string }> {
  const { collections, users } = walk.ports;
  const listed = await collections.listFaces({ collection, limit: PAGE, ...(token ? { token } : {}) });
  if (!listed) {
    const missing = {
      kind: 'missing_collection',
      outcome: 'unrecoverable',
      tenant,
      what: collection,
    } as const;
    return { page: { examined: {}, findings: [missing] } };
  }
  const faces = listed.faces.map(({ faceId, externalImageId: id }) => ({
    faceId,
    owner: parseExternalImageId(id),
  }));
  const owners = faces.flatMap(({ owner }) => owner ?? []);
  const rows = owners.length > 0 ? await users.readFaces(tenant, owners) : [];

  const findings: Finding[] = [];
  for (const { faceId, owner } of faces) {
    if (!owner) continue;
    const row = rows.find(({ subject, faceKey }) => subject === owner.subject && faceKey === owner.faceKey);
    if (!belongs(row, faceId))
      findings.push(await orphan(walk, { tenant, collection, faceId, ...owner }, row));
  }
  return {
    page: {
      examined: { faces: faces.length },
      foreignFaces: faces.filter(({ owner }) => !owner).length,
      findings,
    },
    ...(listed.token ? { next: listed.token } : {}),
  };
}

interface Orphan {
  tenant: Tenant;
  collection: string;
  faceId: string;
  subject: string;
  faceKey: string;
}

/** Collections keep no dates, so that the first sight of an orphan is remembered in a row. */
async function orphan(walk: Walk, face: Orphan, row: FaceRecord | undefined): Promise<Finding> {
  const { tenant, collection, faceId, subject } = face;
  const { reconcileTable } = walk.ports;
  const seen = `FACE#${collection}#${faceId}`;
  const finding = { kind: 'orphan_face', tenant, what: faceId, where: collection } as const;
  return settle(walk, finding, {
    since: await reconcileTable.knownSince(tenant, seen, walk.now, walk.mend),
    owned: async () =>
      (await isAtWork(walk, tenant, row?.rank.sessionId)) || (await isBeingChanged(walk, tenant, subject)),
    mend: async () => {
      const outcome = await removeOrphan(walk, face);
      await reconcileTable.forget(tenant, seen);
      return outcome;
    },
  });
}

/**
 * A registration begun this very moment may get an orphan for its face, since IndexFaces answers with the one that is there.
 * So the row is read after the deletion too, and a face it has come to count on is put back.
 */
async function removeOrphan(walk: Walk, face: Orphan): Promise<FindingOutcome> {
  const { users, faces } = walk.ports;
  const { tenant, collection, faceId } = face;
  const [before] = await users.readFaces(tenant, [face]);
  if (belongs(before, faceId)) return 'changed';
  await faces.deleteFaces({ collection, faceIds: [faceId] });
  const [after] = await users.readFaces(tenant, [face]);
  const generation = generationOf(after, faceId);
  if (after && generation) await indexAgain(walk, tenant, after, generation);
  return 'mended';
}

function generationOf(row: FaceRecord | undefined, faceId: string): string | undefined {
  if (row?.state !== 'active') return undefined;
  return Object.entries(row.faces).find(([, face]) => face.faceId === faceId)?.[0];
}

/**
 * Puts the face of an active row back into its collection, from the photo that is kept with it: the same face for everybody
 * who searches, though its id is a new one. Undone where the row has changed meanwhile.
 * @returns `unrecoverable` when the photo is gone: the user has to register anew
 */
export async function indexAgain(
  { ports }: Walk,
  tenant: Tenant,
  row: FaceRecord,
  generation: string,
): Promise<FindingOutcome> {
  const { users, faces, photos, photoVersions, reconcileTable } = ports;
  const gone = row.faces[generation];
  if (!gone) return 'changed';
  const foreign = row.image.bucket !== photoVersions.bucket;
  if (!(await photos.get(row.image, { maxBytes: 0, foreign }))) return 'unrecoverable';
  const { face } = await faces.indexFace({
    collection: gone.collection,
    image: row.image,
    externalImageId: externalImageId(row.subject, row.faceKey),
    qualityFilter: 'NONE', // it was good enough when it counted first
  });
  if (!face) return 'unrecoverable';
  if (await reconcileTable.replaceFaceId(tenant, row, generation, gone.faceId, face)) return 'mended';
  const [now] = await users.readFaces(tenant, [row]);
  if (!now || !listsFace(now, face.faceId))
    await faces.deleteFaces({ collection: face.collection, faceIds: [face.faceId] });
  return 'changed';
}
