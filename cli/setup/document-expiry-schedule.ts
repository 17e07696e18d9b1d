import type { Client } from '@temporalio/client';
import type { Part } from '../../activities/aws/setup/part.js';
import { loadPolicies } from '../../api/policies.js';
import type { Tenant } from '../../domain/session.js';
import type { DocumentExpiryInput } from '../../workflows/document-expiry.js';
import { DOCUMENT_EXPIRY_SCHEDULE, DOCUMENT_EXPIRY_SCHEDULED } from '../../workflows/ids.js';
import { schedulePart } from './schedule-part.js';

const DAY_MS = 86_400_000;

/**
 * The Schedule that tells of documents which run out. No row says under which policy a document came, and one policy is not
 * another's business: the longest time of all policies, so that nobody hears of a document too late.
 * @param policies directory of the policies
 */
export function documentExpirySchedulePart(
  client: Client,
  { tenants, policies }: { tenants: readonly Tenant[]; policies: string },
  mayDropAccounts = false,
): Part {
  const input = (): DocumentExpiryInput => {
    const all = [...loadPolicies(policies).policies.values()];
    return { tenants, withinDays: Math.max(...all.map(({ document }) => document.expiringWithinDays)) };
  };
  return schedulePart(client, {
    scheduleId: DOCUMENT_EXPIRY_SCHEDULE,
    workflowId: DOCUMENT_EXPIRY_SCHEDULED,
    workflowType: 'documentExpiry',
    flow: 'document_expiry',
    everyMs: DAY_MS,
    input,
    mayDropAccounts,
  });
}
