import { externalImageId } from '../domain/face-record.js';
import { type Finding, isLeftover, type PageFindings } from '../domain/reconcile.js';
import type { Tenant } from '../domain/session.js';
import type { PlacedRow, TablePosition, TableRow } from './ports/reconcile-table.js';
import { indexAgain } from './reconcile-faces.js';
import { isAtWork, settle, type Walk } from './reconcile-owner.js';
import { reconcileDocument, reconcileSession, reconcileUser } from './reconcile-users.js';
import { removeFace } from './remove-face.js';

const PAGE = 100;

/** What a page of rows leads to, beside what it mends: erasures to be gone on with. */
export interface RowsPage {
  page: PageFindings;
  next?: TablePosition;
  erase: { tenant: Tenant; subject: string }[];
}

/** Looks at a page of the table: active faces have to be in their collections, and nothing may be left of who is gone. */
export async function reconcileRows(walk: Walk, from: TablePosition | undefined): Promise<RowsPage> {
  const { rows, examined, next } = await walk.ports.reconcileTable.page(PAGE, from);
  const erase: RowsPage['erase'] = [];
  const findings = await ghosts(walk, rows);
  for (const row of rows) {
    const found = await reconcileRow(walk, row);
    if (!found) continue;
    findings.push(found);
    if (found.kind === 'broken_erasure' && found.outcome === 'mended')
      erase.push({ tenant: row.tenant, subject: found.what });
  }
  return { page: { examined: { rows: examined }, findings }, erase, ...(next ? { next } : {}) };
}

async function reconcileRow(walk: Walk, row: TableRow): Promise<Finding | undefined> {
  if (row.kind === 'face') return isLeftover(row.face) ? leftover(walk, row.tenant, row.face) : undefined;
  if (row.kind === 'user') return reconcileUser(walk, row.tenant, row.user);
  if (row.kind === 'session') return reconcileSession(walk, row.tenant, row.state);
  return reconcileDocument(walk, row);
}

/**
 * ListFaces takes the ids it shall look for, so that a page of rows costs one call a collection, and no search has to find a
 * face by its photo (which would call one that is merely far down the list a ghost).
 */
async function ghosts(walk: Walk, rows: readonly TableRow[]): Promise<Finding[]> {
  const { collections, users } = walk.ports;
  const active = rows.flatMap((row) =>
    row.kind === 'face' && row.face.state === 'active'
      ? Object.entries(row.face.faces).map(([generation, face]) => ({ ...row, generation, indexed: face }))
      : [],
  );
  const findings: Finding[] = [];
  for (const collection of new Set(active.map(({ indexed }) => indexed.collection))) {
    const wanted = active.filter(({ indexed }) => indexed.collection === collection);
    const listed = await collections.listFaces({
      collection,
      faceIds: wanted.map(({ indexed }) => indexed.faceId),
    });
    const there = new Set(listed?.faces.map(({ faceId }) => faceId));
    for (const { tenant, face, generation, indexed } of wanted) {
      if (there.has(indexed.faceId)) continue;
      const [row] = await users.readFaces(tenant, [face]);
      if (row?.state !== 'active' || row.faces[generation]?.faceId !== indexed.faceId) continue;
      const ghost = { kind: 'ghost', tenant, what: indexed.faceId, where: collection } as const;
      findings.push(
        await settle(walk, ghost, {
          since: row.rank.startedAt,
          owned: () => isAtWork(walk, tenant, row.rank.sessionId),
          mend: async () => (listed ? indexAgain(walk, tenant, row, generation) : 'unrecoverable'),
        }),
      );
    }
  }
  return findings;
}

/** The row first, as in every undo: a face must stop to count before it stops to be found. */
async function leftover(walk: Walk, tenant: Tenant, face: PlacedRow): Promise<Finding> {
  const { ports } = walk;
  const { subject, faceKey, rank, collection, image } = face;
  const finding = { kind: 'stale_face_row', tenant, what: faceKey, where: subject } as const;
  return settle(walk, finding, {
    since: rank.startedAt,
    owned: async () => {
      if (await isAtWork(walk, tenant, rank.sessionId)) return true;
      return (
        face.state === 'erased' && (await ports.reconcileTable.user(tenant, subject))?.erasing !== undefined
      );
    },
    mend: async () => {
      if (!(await ports.reconcileTable.removeFaceRow(tenant, face))) return 'changed';
      for (const indexed of Object.values(face.faces))
        await ports.faces.deleteFaces({ collection: indexed.collection, faceIds: [indexed.faceId] });
      if (collection && image)
        await removeFace(ports, {
          collection,
          image,
          externalImageId: externalImageId(subject, faceKey),
          qualityFilter: 'NONE',
        });
      return 'mended';
    },
  });
}
