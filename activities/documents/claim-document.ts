import type { CheckResult } from '../../domain/decision.js';
import type { DocumentPolicy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import { isFinal } from '../../domain/status.js';
import { retryWhileWorthIt } from '../complete-or-retry.js';
import type { DocumentOwner } from '../ports/document-table.js';
import type { Ports } from '../ports.js';

export interface ClaimRequest {
  tenant: Tenant;
  subject: string;
  sessionId: string;
  /** Keyed hash of the document's number. */
  hash: string;
  reuse: DocumentPolicy['reuse'];
}

/**
 * Takes the document for this user, before the user can exist. One that another user registered with is as the policy says;
 * of a user who has no face any more it is taken over. One that another session is about to register is waited for.
 * @returns the document check: passed, or why this document may not be used here
 * @throws ApplicationFailure `DependencyUnavailable` to come back later
 */
export async function claimDocument(
  ports: Pick<Ports, 'documents' | 'sessions' | 'users'>,
  { tenant, subject, sessionId, hash, reuse }: ClaimRequest,
): Promise<CheckResult> {
  const own = { subject, sessionId };
  for (;;) {
    const owner = await ports.documents.claim(tenant, hash, own);
    if (!owner || reuse === 'allow')
      return { check: 'document', outcome: 'passed', reasons: [], evidence: {} };
    const state = await stateOf(ports, tenant, owner);
    if (state === 'registered' && reuse === 'reject') {
      return { check: 'document', outcome: 'failed', reasons: ['document_reused'], evidence: {} };
    }
    if (state === 'registered') {
      return {
        check: 'document',
        outcome: 'incomplete',
        reasons: ['document_reused_review'],
        evidence: {},
        suspects: [{ subject: owner.subject }],
      };
    }
    if (state === 'undecided') {
      retryWhileWorthIt('Another session is about to register with this document.');
      // Nothing that a reviewer could accept: the other one may register yet, and then the policy decides.
      return {
        check: 'document',
        outcome: 'incomplete',
        reasons: ['document_check_incomplete'],
        evidence: {},
      };
    }
    if (await ports.documents.takeOver(tenant, hash, own, owner))
      return { check: 'document', outcome: 'passed', reasons: [], evidence: {} };
  }
}

/** The session before the user: one that is over by now has made its face count, or never will. */
async function stateOf(
  { sessions, users }: Pick<Ports, 'sessions' | 'users'>,
  tenant: Tenant,
  owner: DocumentOwner,
): Promise<'registered' | 'undecided' | 'gone'> {
  const session = await sessions.read(tenant, owner.sessionId);
  const user = await users.read(tenant, owner.subject);
  if (user?.faces.some(({ state }) => state === 'active')) return 'registered';
  return session?.state && !isFinal(session.state.status) ? 'undecided' : 'gone';
}
