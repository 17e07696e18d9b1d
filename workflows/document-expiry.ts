import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { Housekeeping } from '../activities/housekeeping.js';
import { dayOf } from '../domain/days.js';
import type { Tenant } from '../domain/session.js';
import { failures } from './failures.js';
import { IDENTITY_QUEUE } from './task-queues.js';

/** Whose documents are looked at, and how long before they run out. */
export interface DocumentExpiryInput {
  tenants: readonly Tenant[];
  withinDays: number;
}

/** Each document is told of once, so a try goes on where one ended. About ten minutes; the next day catches up. */
const { tellExpiring } = proxyActivities<Housekeeping>({
  taskQueue: IDENTITY_QUEUE,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '500ms', maximumInterval: '1 minute', maximumAttempts: 15 },
});

/**
 * Tells of documents that run out soon (`user.document_expiring`). A Schedule starts it every day.
 * @throws ApplicationFailure once it has looked at every other tenant, where one could not be looked at
 */
export async function documentExpiry({
  tenants,
  withinDays,
}: DocumentExpiryInput): Promise<{ told: number }> {
  const today = dayOf(Date.now());
  let told = 0;
  let left = 0;
  for (const tenant of tenants) {
    try {
      told += (await tellExpiring({ tenant, today, withinDays })).told;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      left += 1;
    }
    setCurrentDetails(`**${told} documents told of**, ${left} accounts could not be looked at`);
  }
  if (left === 0) return { told };
  throw ApplicationFailure.create({
    type: failures.operatorMustAct,
    message: `Documents of ${left} accounts could not be looked at. Mend what the failed activities name; the next run catches up.`,
    nonRetryable: true,
    details: [{ reason: 'operator_must_act' }],
  });
}
