import { CancellationScope, sleep, workflowInfo } from '@temporalio/workflow';
import type { Redaction } from '../domain/redaction.js';
import type { Tenant } from '../domain/session.js';
import { redactSession } from './housekeeping.js';
import { persist } from './persist.js';

/** What a redaction starts with. */
export interface RedactionInput {
  tenant: Tenant;
  sessionId: string;
  /** Who asked for it: an id. */
  by: string;
}

/** What a session does for a minute after its answer may still write facts, or put photos away. */
const TAIL = '2 minutes';

/**
 * Takes everything personal out of an ended session, and once more when nothing of it can be under way any more. Once begun it
 * cannot be cancelled.
 */
export function redaction({ tenant, sessionId, by }: RedactionInput): Promise<Redaction> {
  return CancellationScope.nonCancellable(async () => {
    const at = workflowInfo().startTime.getTime();
    const redaction: Redaction = { status: 'redacted', by, at };
    const { redacted } = await persist(() => redactSession({ tenant, sessionId, redaction }));
    if (!redacted) return { ...redaction, status: 'processing' };
    await sleep(TAIL, { summary: 'before what came late is redacted too' });
    await persist(() => redactSession({ tenant, sessionId, redaction }));
    return redaction;
  });
}
