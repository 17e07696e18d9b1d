import type { Tenant } from '../domain/session.js';
import type { Review } from '../workflows/messages.js';
import type { Flows } from './flows.js';
import type { Identities } from './identities.js';
import { problems } from './problem.js';
import type { SessionView } from './session-view.js';
import type { SessionViews } from './session-views.js';

interface OperateDeps {
  flows: Pick<Flows, 'resume' | 'review'>;
  identities: Pick<Identities, 'fingerprint'>;
  views: SessionViews;
}

/**
 * Tries a `blocked` session again after its cause was mended.
 * @param by who asks: an id, see `actorOf`
 */
export async function resumeSession(
  { flows, identities, views }: OperateDeps,
  tenant: Tenant,
  sessionId: string,
  by: string,
  withinMs: number,
): Promise<SessionView> {
  const { state, details } = await views.read(tenant, sessionId);
  const updateId = `resume/${state?.revision}/${identities.fingerprint({ by })}`;
  const answer = await flows.resume({ tenant, sessionId }, by, updateId, withinMs);
  return views.of({ tenant, sessionId }, 'resume', answer, details);
}

/**
 * A human decides about a session in `needs_review`. While it is judged again its row is an older one: two reviews of the
 * same revision are only the same review where they say the same.
 * @throws Problem 422 where an input is asked for that the session does not take
 */
export async function reviewSession(
  { flows, identities, views }: OperateDeps,
  tenant: Tenant,
  sessionId: string,
  review: Review,
  withinMs: number,
): Promise<SessionView> {
  const { state, details } = await views.read(tenant, sessionId);
  const unexpected = state && review.again?.find((input) => !state.inputs.includes(input));
  if (unexpected) throw problems.inputNotExpected(unexpected, state.flow);
  const updateId = `review/${state?.revision}/${identities.fingerprint(review)}`;
  const answer = await flows.review({ tenant, sessionId }, review, updateId, withinMs);
  return views.of({ tenant, sessionId }, 'review', answer, details);
}
