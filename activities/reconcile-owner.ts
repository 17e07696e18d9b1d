import { batchJobOf } from '../domain/batch/holder.js';
import { type Finding, type FindingOutcome, heldBack, isOwned } from '../domain/reconcile.js';
import type { Tenant } from '../domain/session.js';
import type { Workflows } from './ports/workflows.js';
import type { Ports } from './ports.js';

/** One walk through everything: what it reads and writes by, and what it may do. */
export interface Walk {
  ports: Ports;
  workflows: Workflows;
  /** What is younger may be somebody's work in progress. */
  graceMs: number;
  /** Otherwise nothing at all is changed. */
  mend: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Is the session at work, or may it be? Rows and users of a batch job name the job instead: it goes back to whatever it left
 * half done for as long as it runs.
 */
export async function isAtWork(
  { ports, workflows }: Walk,
  tenant: Tenant,
  sessionId: string | undefined,
): Promise<boolean> {
  if (!sessionId) return false;
  const jobId = batchJobOf(sessionId);
  if (jobId) return (await workflows.batch(tenant, jobId)) !== 'ended';
  const status = await workflows.session(tenant, sessionId);
  if (status === 'ended') return false;
  const row = await ports.reconcileTable.session(tenant, sessionId);
  return isOwned(status, row?.state);
}

/** Is somebody at work on the user: the session that holds it, or its erasure? */
export async function isBeingChanged(walk: Walk, tenant: Tenant, subject: string): Promise<boolean> {
  const user = await walk.ports.reconcileTable.user(tenant, subject);
  if (!user) return false;
  if (user.erasing && (await walk.workflows.erasure(tenant, subject)) !== 'ended') return true;
  return isAtWork(walk, tenant, user.busy);
}

/** Judges a finding, and mends it where that may be done. `owned` is asked last: it costs calls. */
export async function settle(
  walk: Walk,
  finding: Omit<Finding, 'outcome'>,
  by: {
    /** Since when it is known to be as it is; undefined: not known. */
    since: number | undefined;
    owned: () => Promise<boolean>;
    mend: () => Promise<FindingOutcome>;
  },
): Promise<Finding> {
  const young = heldBack({ since: by.since, owned: false }, walk) === 'young';
  const owned = !young && (await by.owned());
  const held = heldBack({ since: by.since, owned }, walk);
  return { ...finding, outcome: held ?? (await by.mend()) };
}
