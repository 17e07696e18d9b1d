import { heartbeat } from '@temporalio/activity';
import type { Erasure, KeptPhotos, Remaining } from '../domain/erasure.js';
import type { StoredImage } from '../domain/image-ref.js';
import type { ReconciliationReport } from '../domain/reconcile.js';
import type { Tenant } from '../domain/session.js';
import { eraseRemaining } from './erase-faces.js';
import { finishErasure, markErasing, readUnderWay } from './erase-user.js';
import { type Erasing, erasureStores } from './erasure-stores.js';
import type { Workflows } from './ports/workflows.js';
import type { Ports } from './ports.js';
import { listPlaces, type PageRequest, reconcilePage } from './reconcile.js';
import { redactSession } from './redact-session.js';
import { tellExpiring } from './tell-expiring.js';

interface Subject {
  tenant: Tenant;
  subject: string;
}

/** The activities beside those of sessions: erasure, redaction and reconciliation. One object in, one object out. */
export function createHousekeeping(ports: Ports, workflows: Workflows) {
  return {
    markErasing: (request: Parameters<typeof markErasing>[1]) => markErasing(ports, request),
    readUnderWay: (request: Subject) => readUnderWay(ports, request),
    fenceFaces: ({ tenant, subject }: Subject) => ports.erasures.fence(tenant, subject),
    /** The names of the stores, in the order in which they are to be emptied. */
    listStores: async () => ({ stores: erasureStores.map(({ name }) => name) }),
    /** @throws Error when there is no store of that name: a release took it away while this erasure ran */
    async eraseStore({
      store,
      ...erasing
    }: Erasing & { store: string }): Promise<{ erased: number; kept?: readonly KeptPhotos[] }> {
      const found = erasureStores.find(({ name }) => name === store);
      if (!found) throw new Error(`There is no store "${store}".`);
      const erased = await found.erase(ports, erasing, heartbeat);
      return typeof erased === 'number' ? { erased } : erased;
    },
    async eraseRemaining(
      request: Subject & { lastPhoto?: StoredImage },
    ): Promise<{ remaining?: Remaining[] }> {
      const remaining = await eraseRemaining(ports, request, heartbeat);
      return remaining ? { remaining } : {};
    },
    saveErasure: ({ tenant, erasure }: { tenant: Tenant; erasure: Erasure }) =>
      ports.erasures.save(tenant, erasure),
    finishErasure: (request: Parameters<typeof finishErasure>[2]) => finishErasure(ports, workflows, request),

    redactSession: (request: Parameters<typeof redactSession>[1]) => redactSession(ports, request, heartbeat),

    tellExpiring: (request: Parameters<typeof tellExpiring>[1]) => tellExpiring(ports, request, heartbeat),

    listPlaces: (request: Parameters<typeof listPlaces>[1]) => listPlaces(ports, request),
    reconcilePage: (request: PageRequest) => reconcilePage(ports, workflows, request),
    saveReport: ({ report }: { report: ReconciliationReport }) => ports.reconcileTable.saveReport(report),
  };
}

/** What a worker registers beside the activities of sessions. */
export type Housekeeping = ReturnType<typeof createHousekeeping>;
