import { ApplicationFailure } from '@temporalio/common';
import { batchJobOf } from '../domain/batch/holder.js';
import type { Tenant } from '../domain/session.js';
import { failures } from '../workflows/failures.js';
import type { Ports } from './ports.js';

/** A chunk holds a user for as long as it takes to write some outcomes; after this long its worker is thought dead. */
const LETS_GO_WITHIN_MS = 60_000;

/**
 * Of a user who is busy: a batch job lets go within seconds, so that nobody is turned away for it.
 * @throws ApplicationFailure `DependencyUnavailable`, to come back in a moment, where a batch job holds the user
 */
export async function waitForBatch(
  { reconcileTable }: Pick<Ports, 'reconcileTable'>,
  tenant: Tenant,
  subject: string,
): Promise<void> {
  const { busy = '', busySince = 0 } = (await reconcileTable.user(tenant, subject)) ?? {};
  if (!batchJobOf(busy) || Date.now() - busySince > LETS_GO_WITHIN_MS) return;
  const message = 'A batch job holds the user for a moment.';
  throw ApplicationFailure.create({ type: failures.dependencyUnavailable, message });
}
