import { lastPhotoKey } from '../domain/erasure.js';
import { type Finding, type PageFindings, refersTo } from '../domain/reconcile.js';
import type { Tenant } from '../domain/session.js';
import { isFinal } from '../domain/status.js';
import { isAtWork, isBeingChanged, settle, type Walk } from './reconcile-owner.js';

/** As many as rows that one call reads (BatchGetItem, API reference). */
const PAGE = 100;

/** `faces`: of registered faces. `incoming`: of sessions that are being judged. What a policy keeps is no stray. */
export type Room = 'faces' | 'incoming';

/** Looks at a page of the bucket: every photo has to have a row that refers to it. */
export async function reconcilePhotos(
  walk: Walk,
  { tenant, room }: { tenant: Tenant; room: Room },
  token: string | undefined,
): Promise<{ page: PageFindings; next?: string }> {
  const prefix = `${room}/${tenant.account}/${tenant.mode}/`;
  const listed = await walk.ports.photoVersions.list(prefix, { limit: PAGE, ...(token ? { token } : {}) });
  const photos = listed.photos.map(({ key, modifiedAt }) => {
    const [owner = '', name = ''] = key.slice(prefix.length).split('/');
    return { key, modifiedAt, owner, name };
  });
  const referred = await (room === 'faces' ? ofFaces : ofSessions)(walk, tenant, photos);
  const findings: Finding[] = [];
  for (const photo of photos) {
    if (referred.has(photo.key)) continue;
    const { key, modifiedAt, owner } = photo;
    findings.push(
      await settle(
        walk,
        { kind: 'stray_photo', tenant, what: key },
        {
          since: modifiedAt,
          owned: () =>
            room === 'faces' ? isBeingChanged(walk, tenant, owner) : isAtWork(walk, tenant, owner),
          mend: async () => {
            const again = await (room === 'faces' ? ofFaces : ofSessions)(walk, tenant, [photo]);
            if (again.has(key)) return 'changed';
            await walk.ports.photoVersions.erase(key, { exact: true });
            return 'mended';
          },
        },
      ),
    );
  }
  return {
    page: { examined: { photos: photos.length }, findings },
    ...(listed.token ? { next: listed.token } : {}),
  };
}

interface Owned {
  key: string;
  /** A pseudonym, or a session's id. */
  owner: string;
  /** Of a face. */
  name: string;
}

/** Keys of the photos that a face's row refers to. */
async function ofFaces({ ports }: Walk, tenant: Tenant, photos: readonly Owned[]): Promise<Set<string>> {
  const keys = photos
    .filter(({ key, owner }) => key !== lastPhotoKey(tenant, owner))
    .map(({ owner, name }) => ({ subject: owner, faceKey: name }));
  const rows = keys.length > 0 ? await ports.users.readFaces(tenant, keys) : [];
  const referred = photos.filter(({ key, owner, name }) =>
    refersTo(
      rows.find(({ subject, faceKey }) => subject === owner && faceKey === name),
      key,
    ),
  );
  return new Set(referred.map(({ key }) => key));
}

/** Keys of the photos whose session goes on, or has not begun. */
async function ofSessions({ ports }: Walk, tenant: Tenant, photos: readonly Owned[]): Promise<Set<string>> {
  const open = new Set<string>();
  for (const sessionId of new Set(photos.map(({ owner }) => owner))) {
    const row = await ports.table.session(tenant, sessionId);
    if (row && !(row.state && isFinal(row.state.status))) open.add(sessionId);
  }
  return new Set(photos.filter(({ owner }) => open.has(owner)).map(({ key }) => key));
}
