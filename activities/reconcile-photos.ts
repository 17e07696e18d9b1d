import { lastPhotoKey } from '../domain/erasure.js';
import { type Finding, type PageFindings, refersTo } from '../domain/reconcile.js';
import { keptUntil } from '../domain/retention.js';
import type { Tenant } from '../domain/session.js';
import { isFinal } from '../domain/status.js';
import { isAtWork, isBeingChanged, settle, type Walk } from './reconcile-owner.js';

/** As many as rows that one call reads (BatchGetItem, API reference). */
const PAGE = 100;

/** `faces`: of registered faces. `incoming`: of sessions that are being judged. `retained`: kept for so long as a policy says. */
export const rooms = ['faces', 'incoming', 'retained'] as const;
export type Room = (typeof rooms)[number];

/** Looks at a page of the bucket: every photo has to have a row by which it may be there. */
export async function reconcilePhotos(
  walk: Walk,
  { tenant, room }: { tenant: Tenant; room: Room },
  token: string | undefined,
): Promise<{ page: PageFindings; next?: string }> {
  const prefix = `${room}/${tenant.account}/${tenant.mode}/`;
  const listed = await walk.ports.photoVersions.list(prefix, { limit: PAGE, ...(token ? { token } : {}) });
  const photos = listed.photos.map(({ key, modifiedAt }) => {
    const [owner = '', ...path] = key.slice(prefix.length).split('/');
    return { key, modifiedAt, owner, name: path.at(-1) ?? '' };
  });
  const strays = await strayIn[room](walk, tenant, photos);
  const findings: Finding[] = [];
  for (const photo of photos) {
    const { key, owner } = photo;
    const since = strays.get(key);
    if (since === undefined) continue;
    findings.push(
      await settle(
        walk,
        { kind: 'stray_photo', tenant, what: key },
        {
          since,
          owned: () =>
            room === 'faces' ? isBeingChanged(walk, tenant, owner) : isAtWork(walk, tenant, owner),
          mend: async () => {
            if (!(await strayIn[room](walk, tenant, [photo])).has(key)) return 'changed';
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
  /** Milliseconds since the epoch. */
  modifiedAt: number;
  /** A pseudonym, or a session's id. */
  owner: string;
  /** Of a face's photo its key; of a session's photo its input and part of its hash. */
  name: string;
}

/** Of some photos of a room, the keys of those that have no business there, and since when. */
type Strays = (walk: Walk, tenant: Tenant, photos: readonly Owned[]) => Promise<Map<string, number>>;

/** No face's row refers to them. */
const ofFaces: Strays = async ({ ports }, tenant, photos) => {
  const keys = photos
    .filter(({ key, owner }) => key !== lastPhotoKey(tenant, owner))
    .map(({ owner, name }) => ({ subject: owner, faceKey: name }));
  const rows = keys.length > 0 ? await ports.users.readFaces(tenant, keys) : [];
  const strays = photos.filter(
    ({ key, owner, name }) =>
      !refersTo(
        rows.find(({ subject, faceKey }) => subject === owner && faceKey === name),
        key,
      ),
  );
  return new Map(strays.map(({ key, modifiedAt }) => [key, modifiedAt]));
};

type SessionRow = Awaited<ReturnType<Walk['ports']['reconcileTable']['session']>>;

/** @param since of a photo by its session's row: since when it has no business there; undefined: it has */
function ofSessions(since: (photo: Owned, row: SessionRow, now: number) => number | undefined): Strays {
  return async ({ ports, now }, tenant, photos) => {
    const rows = new Map<string, SessionRow>();
    for (const owner of new Set(photos.map((photo) => photo.owner)))
      rows.set(owner, await ports.reconcileTable.session(tenant, owner));
    return new Map(
      photos.flatMap((photo) => {
        const stray = since(photo, rows.get(photo.owner), now);
        return stray === undefined ? [] : [[photo.key, stray] as const];
      }),
    );
  };
}

const strayIn: Record<Room, Strays> = {
  faces: ofFaces,
  // Their session has ended, or there is none.
  incoming: ofSessions(({ modifiedAt }, row) =>
    row && !(row.state && isFinal(row.state.status)) ? undefined : modifiedAt,
  ),
  // Their session's days are over: its workflow would have removed them. Or there is none, as after an erasure.
  retained: ofSessions(({ modifiedAt, name }, row, now) => {
    if (!row) return modifiedAt;
    if (!row.state || !isFinal(row.state.status)) return undefined;
    const [input = ''] = name.split('-');
    const until = keptUntil(row.state.updatedAt, row.retention ?? {}, input);
    return until !== undefined && until < now ? until : undefined;
  }),
};
