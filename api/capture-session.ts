import type { Tenant } from '../domain/session.js';
import type { Flows } from './flows.js';
import { problems } from './problem.js';
import type { SessionView } from './session-view.js';
import type { SessionViews } from './session-views.js';

/** The person has pressed start: longer than two tries take, whatever the caller would wait for. */
const START_CAPTURE_WITHIN_MS = 10_000;

interface CaptureDeps {
  flows: Pick<Flows, 'liveness' | 'submit'>;
  views: SessionViews;
}

/**
 * Begins a liveness capture: the one before is no longer good.
 * @throws Problem 422 where the session takes none, 429 where too many failed
 */
export async function startCapture(
  { flows, views }: CaptureDeps,
  tenant: Tenant,
  sessionId: string,
): Promise<SessionView> {
  const { details } = await readTakingCaptures(views, tenant, sessionId);
  const answer = await flows.liveness({ tenant, sessionId }, START_CAPTURE_WITHIN_MS);
  if ('late' in answer) throw problems.unavailable('Begin the capture again.', sessionId);
  return views.of({ tenant, sessionId }, 'liveness', answer, details);
}

/**
 * The person is done with the capture. What came of it, Rekognition says.
 * @throws Problem 422 where the session takes none, or began another one since
 */
export async function submitCapture(
  { flows, views }: CaptureDeps,
  tenant: Tenant,
  sessionId: string,
  captureId: string,
  withinMs: number,
): Promise<SessionView> {
  const { state, details } = await readTakingCaptures(views, tenant, sessionId);
  // A capture is judged once, so a repeat is the same; only where the service could not judge it, it is another request.
  const updateId = `liveness/${captureId}/${state?.unavailable ?? 0}`;
  const submission = { photos: {}, liveness: captureId };
  const answer = await flows.submit({ tenant, sessionId }, submission, updateId, withinMs);
  return views.of({ tenant, sessionId }, 'submit', answer, details);
}

async function readTakingCaptures(
  views: SessionViews,
  tenant: Tenant,
  sessionId: string,
): Promise<SessionView> {
  const found = await views.read(tenant, sessionId);
  if (found.state && !found.state.inputs.includes('liveness'))
    throw problems.inputNotExpected('liveness', found.state.flow);
  return found;
}
