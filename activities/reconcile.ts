import { heartbeat } from '@temporalio/activity';
import type { PageFindings } from '../domain/reconcile.js';
import type { Tenant } from '../domain/session.js';
import { everyCollectionEver } from './collections.js';
import { pacePorts } from './pace-ports.js';
import type { TablePosition } from './ports/reconcile-table.js';
import type { Workflows } from './ports/workflows.js';
import type { Ports } from './ports.js';
import { reconcileFaces } from './reconcile-faces.js';
import { type Room, reconcilePhotos, rooms } from './reconcile-photos.js';
import { reconcileRows } from './reconcile-rows.js';

/** Something to walk through, page by page. */
export type Place =
  | { kind: 'rows' }
  | { kind: 'faces'; tenant: Tenant; collection: string }
  | { kind: 'photos'; tenant: Tenant; room: Room };

/**
 * Everything there is to walk through, in order: rows first, because what they leave behind when they go is found in the
 * collections and the bucket afterwards.
 */
export async function listPlaces(
  ports: Pick<Ports, 'shardMap' | 'collections'>,
  { tenants }: { tenants: readonly Tenant[] },
): Promise<{ places: Place[] }> {
  const places: Place[] = [{ kind: 'rows' }];
  for (const tenant of tenants)
    for (const collection of await everyCollectionEver(ports, tenant))
      places.push({ kind: 'faces', tenant, collection });
  for (const tenant of tenants) for (const room of rooms) places.push({ kind: 'photos', tenant, room });
  return { places };
}

export interface PageRequest {
  place: Place;
  /** Where the page before ended. */
  position?: string;
  graceMs: number;
  mend: boolean;
  callsPerSecond: number;
}

export interface Page {
  page: PageFindings;
  /** Absent after the last page. */
  next?: string;
  /** Users whose erasure has to go on. */
  erase: { tenant: Tenant; subject: string }[];
}

/** Looks at one page, and mends what may be mended on it. A repeat looks again and finds what is left. */
export async function reconcilePage(
  allPorts: Ports,
  workflows: Workflows,
  { place, position, graceMs, mend, callsPerSecond }: PageRequest,
): Promise<Page> {
  const ports = pacePorts(allPorts, callsPerSecond, heartbeat);
  const walk = { ports, workflows, graceMs, mend, now: Date.now() };
  if (place.kind === 'rows') {
    const from = position === undefined ? undefined : (JSON.parse(position) as TablePosition);
    const { page, next, erase } = await reconcileRows(walk, from);
    return { page, erase, ...(next ? { next: JSON.stringify(next) } : {}) };
  }
  const found =
    place.kind === 'faces'
      ? await reconcileFaces(walk, place, position)
      : await reconcilePhotos(walk, place, position);
  return { ...found, erase: [] };
}
