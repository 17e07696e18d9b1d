import type { DecisionFact } from '../../domain/decision-fact.js';
import type { NotedFact } from '../../domain/facts.js';
import type { Tenant } from '../../domain/session.js';

/**
 * What is kept for counting (docs/decisions/facts.md): a row for each call about a photo, and one for each session that
 * ended. What is in them is sealed. Every write may be repeated. Every method throws ApplicationFailure as `FaceIndex` does.
 */
export interface FactTable {
  write(tenant: Tenant, sessionId: string, facts: readonly NotedFact[]): Promise<void>;
  /** Takes back what `write` and `decide` wrote: the session was erased meanwhile. */
  remove(tenant: Tenant, sessionId: string, facts: readonly NotedFact[]): Promise<void>;
  /** Removes every fact of a session; how it ended stays. */
  forget(tenant: Tenant, sessionId: string): Promise<void>;
  /** In the order in which they were noted, attempt by attempt and operation by operation. Strongly consistent. */
  read(tenant: Tenant, sessionId: string): Promise<NotedFact[]>;
  /** Writes how the session ended, unless a newer revision is there. */
  decide(tenant: Tenant, decision: DecisionFact): Promise<void>;
  /** Sessions that ended on a day of UTC, `yyyy-mm-dd`. Eventually consistent. */
  decisions(tenant: Tenant, day: string): Promise<DecisionFact[]>;
}
