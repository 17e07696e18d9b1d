import type { Ports } from '../activities/ports.js';
import { attemptOf } from '../domain/photo-keys.js';
import type { Flow, Policy } from '../domain/policy.js';
import type { SessionState, Tenant } from '../domain/session.js';
import { isFinal } from '../domain/status.js';
import type { Review, SessionInput } from '../workflows/messages.js';
import { startCapture, submitCapture } from './capture-session.js';
import type { Flows } from './flows.js';
import type { Identities } from './identities.js';
import { resumeSession, reviewSession } from './operate-session.js';
import { type AcceptedPhoto, type PhotoIntake, refsOf } from './photos.js';
import { type Problem, problems } from './problem.js';
import { redactSession } from './redact-session.js';
import type { CreateSession } from './schemas/create-session.js';
import { detailsOf } from './session-details.js';
import { type SessionView, viewOf } from './session-view.js';
import { createSessionViews, wrongStatusOf } from './session-views.js';

export interface SessionsDeps {
  flows: Flows;
  identities: Identities;
  intake: PhotoIntake;
  ports: Pick<Ports, 'sessions' | 'users'>;
  /** @throws Problem when there is no such policy */
  policy: (name: string | undefined) => Policy;
}

export interface CreateRequest {
  body: CreateSession;
  photos: readonly AcceptedPhoto[];
  idempotencyKey: string | undefined;
  withinMs: number;
}

/** What the API does with verification sessions, free of HTTP. */
export interface Sessions {
  create(tenant: Tenant, request: CreateRequest): Promise<SessionView>;
  submit(tenant: Tenant, sessionId: string, photo: AcceptedPhoto, withinMs: number): Promise<SessionView>;
  /** Begins a liveness capture: the one before is no longer good. */
  startCapture(tenant: Tenant, sessionId: string): Promise<SessionView>;
  /** The person is done with the capture. What came of it, Rekognition says. */
  submitCapture(tenant: Tenant, sessionId: string, captureId: string, withinMs: number): Promise<SessionView>;
  /** @param by who asks: an id, see `actorOf` */
  cancel(tenant: Tenant, sessionId: string, by: string, withinMs: number): Promise<SessionView>;
  /** Tries a `blocked` session again after its cause was mended. */
  resume(tenant: Tenant, sessionId: string, by: string, withinMs: number): Promise<SessionView>;
  /** A human decides about a session in `needs_review`. */
  review(tenant: Tenant, sessionId: string, review: Review, withinMs: number): Promise<SessionView>;
  /** Takes photos and personal fields out of an ended session; it stays readable. */
  redact(tenant: Tenant, sessionId: string, by: string, withinMs: number): Promise<SessionView>;
  read(tenant: Tenant, sessionId: string): Promise<SessionView>;
}

export function createSessions({ flows, identities, intake, ports, policy }: SessionsDeps): Sessions {
  const { sessions, users } = ports;
  const views = createSessionViews({ flows, sessions });

  return {
    async create(tenant, { body, photos, idempotencyKey, withinMs }) {
      const chosen = policy(body.policy);
      const unexpected = photos.find(({ input }) => chosen.flows[body.flow].inputs[input] === 'off');
      if (unexpected) throw problems.inputNotExpected(unexpected.input, body.flow);
      const sessionId = identities.sessionId(tenant, idempotencyKey);
      const request = identities.fingerprint({
        ...body,
        ...Object.fromEntries(photos.map(({ input }) => [input, undefined])),
        photos: hashes(photos),
      });
      if (chosen.flows[body.flow].consent === 'required' && !body.consent) throw problems.consentRequired();
      const subject = body.user_id === undefined ? undefined : identities.subject(tenant, body.user_id);
      const refusal = subject ? await refusalFor(body.flow, tenant, subject) : undefined;
      if (refusal) {
        // A repeat of a request that was taken, and e.g. registered the user, is answered, not refused.
        const earlier = idempotencyKey ? await sessions.read(tenant, sessionId) : undefined;
        if (!earlier) throw refusal;
      }

      const details = detailsOf(body);
      const earlier = await sessions.create(tenant, sessionId, request, details);
      if (earlier && earlier.fingerprint !== request) throw problems.keyReused();
      if (earlier?.state && isAnswer(earlier.state)) {
        return { ...viewOf(sessionId, earlier), replayed: true };
      }

      const placed = intake.place(tenant, sessionId, attemptOf(earlier?.state), photos);
      // A workflow that runs has its photos, and may have discarded them already.
      const busyBefore = earlier?.state?.reasons.includes('temporarily_unavailable') ?? false;
      if (!earlier?.state || busyBefore) await intake.store(placed);
      if (earlier?.state && busyBefore) {
        // The first try found the service busy; its answer is spent, so this is a new submission.
        const retry = `${request}/${earlier.state.unavailable}`;
        const answer = await flows.submit({ tenant, sessionId }, { photos: refsOf(placed) }, retry, withinMs);
        return views.of({ tenant, sessionId }, 'submit', answer, details);
      }
      const input: SessionInput = {
        tenant,
        sessionId,
        fingerprint: request,
        policy: chosen,
        photos: refsOf(placed),
        faceKey: identities.faceKey(sessionId),
        ...(body.scope ? { scope: body.scope } : {}),
        ...(subject ? { subject } : {}),
      };
      const answer = await flows.begin(body.flow, input, withinMs);
      const made = await views.of({ tenant, sessionId }, 'create', answer, details);
      return earlier ? { ...made, replayed: true } : made;
    },

    async submit(tenant, sessionId, photo, withinMs) {
      const { state, details } = await views.read(tenant, sessionId);
      if (state && !state.inputs.includes(photo.input))
        throw problems.inputNotExpected(photo.input, state.flow);
      const placed = intake.place(tenant, sessionId, attemptOf(state), [photo]);
      // An ended session may still have the answer to this very upload, and needs no photo for it.
      if (!state || !isFinal(state.status)) await intake.store(placed);
      // A photo may come back after another one took its place. A repeat of the last one is the same to the workflow.
      const updateId = `${photo.input}/${photo.sha256}/${state?.revision ?? 0}`;
      const answer = await flows.submit(
        { tenant, sessionId },
        { photos: refsOf(placed) },
        updateId,
        withinMs,
      );
      return views.of({ tenant, sessionId }, 'submit', answer, details);
    },

    startCapture: (tenant, sessionId) => startCapture({ flows, views }, tenant, sessionId),
    submitCapture: (tenant, sessionId, captureId, withinMs) =>
      submitCapture({ flows, views }, tenant, sessionId, captureId, withinMs),

    async cancel(tenant, sessionId, by, withinMs) {
      const { details } = await views.row(tenant, sessionId);
      const answer = await flows.cancel({ tenant, sessionId }, by, withinMs);
      if ('gone' in answer || ('wrongStatus' in answer && answer.wrongStatus.status === 'canceled')) {
        const now = await views.read(tenant, sessionId);
        if (now.state?.status === 'canceled') return now; // a repeat of what was done
        throw wrongStatusOf(sessionId, 'cancel', now.state);
      }
      const made = await views.of({ tenant, sessionId }, 'cancel', answer, details);
      if (made.state && made.state.status !== 'canceled' && !made.late) {
        throw wrongStatusOf(sessionId, 'cancel', made.state);
      }
      return made;
    },

    resume: (tenant, sessionId, by, withinMs) =>
      resumeSession({ flows, identities, views }, tenant, sessionId, by, withinMs),
    review: (tenant, sessionId, review, withinMs) =>
      reviewSession({ flows, identities, views }, tenant, sessionId, review, withinMs),
    redact: (tenant, sessionId, by, withinMs) =>
      redactSession({ flows, views }, tenant, sessionId, by, withinMs),

    read: views.read,
  };

  /** A user registers once, and has to be there for another photo; of a login nothing is told before it is judged. */
  async function refusalFor(flow: Flow, tenant: Tenant, subject: string): Promise<Problem | undefined> {
    if (flow === 'authentication') return undefined;
    const user = await users.read(tenant, subject);
    const exists = user?.faces.some((face) => face.state === 'active') ?? false;
    if (flow === 'registration') return exists ? problems.userExists() : undefined;
    return exists ? undefined : problems.notFound('user');
  }
}

/** A state that answers the request that created the session; `processing` and an outage do not, unless it ended so. */
function isAnswer({ status, reasons }: SessionState): boolean {
  return isFinal(status) || (status !== 'processing' && !reasons.includes('temporarily_unavailable'));
}

function hashes(photos: readonly AcceptedPhoto[]): Record<string, string> {
  return Object.fromEntries(photos.map((photo) => [photo.input, photo.originalSha256]));
}
