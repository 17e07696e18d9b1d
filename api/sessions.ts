import type { Ports, SessionDetails, SessionRow } from '../activities/ports.js';
import { attemptOf } from '../domain/photo-keys.js';
import type { Flow, Policy } from '../domain/policy.js';
import type { SessionState, Tenant } from '../domain/session.js';
import { isFinal } from '../domain/status.js';
import type { Review, SessionInput } from '../workflows/messages.js';
import type { Answer } from './flows/answer.js';
import type { Flows } from './flows.js';
import type { Identities } from './identities.js';
import { type AcceptedPhoto, type PhotoIntake, refsOf } from './photos.js';
import { type Problem, problems } from './problem.js';
import { redactSession } from './redact-session.js';
import type { CreateSession } from './schemas/create-session.js';
import { detailsOf } from './session-details.js';
import { type SessionView, viewOf } from './session-view.js';

/** The person has pressed start: longer than two tries take, whatever the caller would wait for. */
const START_CAPTURE_WITHIN_MS = 10_000;

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

  async function existing(tenant: Tenant, sessionId: string): Promise<SessionRow> {
    const row = await sessions.read(tenant, sessionId);
    if (!row) throw problems.notFound('verification session');
    return row;
  }

  /** Turns what a workflow answered into what the caller sees. */
  async function view(
    tenant: Tenant,
    sessionId: string,
    command: string,
    answer: Answer,
    details: SessionDetails,
  ): Promise<SessionView> {
    if ('keyReused' in answer) throw problems.keyReused();
    if ('coolDownSeconds' in answer) throw problems.coolDown(answer.coolDownSeconds, sessionId);
    if ('unknownCapture' in answer) throw problems.unknownCapture(sessionId);
    if ('unavailable' in answer) throw problems.unavailable('Send the same request again.', sessionId);
    if ('wrongStatus' in answer) {
      throw problems.wrongStatus(command, answer.wrongStatus.status, answer.wrongStatus.allowed, sessionId);
    }
    if ('state' in answer) return { sessionId, state: answer.state, details };
    const { state } = await existing(tenant, sessionId);
    return { sessionId, state, details, ...('late' in answer ? { late: true } : {}) };
  }

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
        return { sessionId, state: earlier.state, details: earlier.details, replayed: true };
      }

      const placed = intake.place(tenant, sessionId, attemptOf(earlier?.state), photos);
      // A workflow that runs has its photos, and may have discarded them already.
      const busyBefore = earlier?.state?.reasons.includes('temporarily_unavailable') ?? false;
      if (!earlier?.state || busyBefore) await intake.store(placed);
      if (earlier?.state && busyBefore) {
        // The first try found the service busy; its answer is spent, so this is a new submission.
        const retry = `${request}/${earlier.state.unavailable}`;
        const answer = await flows.submit({ tenant, sessionId }, { photos: refsOf(placed) }, retry, withinMs);
        return view(tenant, sessionId, 'submit', answer, details);
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
      const made = await view(tenant, sessionId, 'create', answer, details);
      return earlier ? { ...made, replayed: true } : made;
    },

    async submit(tenant, sessionId, photo, withinMs) {
      const { state, details } = await read(tenant, sessionId);
      if (state && !state.inputs.includes(photo.input))
        throw problems.inputNotExpected(photo.input, state.flow);
      const placed = intake.place(tenant, sessionId, attemptOf(state), [photo]);
      // An ended session may still have the answer to this very upload, and needs no photo for it.
      if (!state || !isFinal(state.status)) await intake.store(placed);
      const updateId = `${photo.input}/${photo.sha256}/${attemptOf(state)}`;
      const answer = await flows.submit(
        { tenant, sessionId },
        { photos: refsOf(placed) },
        updateId,
        withinMs,
      );
      if ('gone' in answer) throw await ended(tenant, sessionId, 'submit');
      return view(tenant, sessionId, 'submit', answer, details);
    },

    async startCapture(tenant, sessionId) {
      const { details } = await readTakingCaptures(tenant, sessionId);
      const answer = await flows.liveness({ tenant, sessionId }, START_CAPTURE_WITHIN_MS);
      if ('gone' in answer) throw await ended(tenant, sessionId, 'liveness');
      if ('late' in answer) throw problems.unavailable('Begin the capture again.', sessionId);
      return view(tenant, sessionId, 'liveness', answer, details);
    },

    async submitCapture(tenant, sessionId, captureId, withinMs) {
      const { state, details } = await readTakingCaptures(tenant, sessionId);
      // A capture is judged once, so a repeat is the same; only where the service could not judge it, it is another request.
      const updateId = `liveness/${captureId}/${state?.unavailable ?? 0}`;
      const submission = { photos: {}, liveness: captureId };
      const answer = await flows.submit({ tenant, sessionId }, submission, updateId, withinMs);
      if ('gone' in answer) throw await ended(tenant, sessionId, 'submit');
      return view(tenant, sessionId, 'submit', answer, details);
    },

    async cancel(tenant, sessionId, by, withinMs) {
      const { details } = await existing(tenant, sessionId);
      const answer = await flows.cancel({ tenant, sessionId }, by, withinMs);
      if ('gone' in answer || ('wrongStatus' in answer && answer.wrongStatus.status === 'canceled')) {
        const now = await read(tenant, sessionId);
        if (now.state?.status === 'canceled') return now; // a repeat of what was done
        throw problems.wrongStatus('cancel', now.state?.status ?? 'processing', [], sessionId);
      }
      const made = await view(tenant, sessionId, 'cancel', answer, details);
      if (made.state && made.state.status !== 'canceled' && !made.late) {
        throw problems.wrongStatus('cancel', made.state.status, [], sessionId);
      }
      return made;
    },

    async resume(tenant, sessionId, by, withinMs) {
      const { state, details } = await read(tenant, sessionId);
      const answer = await flows.resume({ tenant, sessionId }, by, `resume/${state?.revision}`, withinMs);
      if ('gone' in answer) throw await ended(tenant, sessionId, 'resume');
      return view(tenant, sessionId, 'resume', answer, details);
    },

    async review(tenant, sessionId, review, withinMs) {
      const { state, details } = await read(tenant, sessionId);
      const answer = await flows.review({ tenant, sessionId }, review, `review/${state?.revision}`, withinMs);
      if ('gone' in answer) throw await ended(tenant, sessionId, 'review');
      return view(tenant, sessionId, 'review', answer, details);
    },

    redact: (tenant, sessionId, by, withinMs) =>
      redactSession({ flows, sessions }, tenant, sessionId, by, withinMs),

    read,
  };

  /** A session that may be moving is asked itself; its row is what it last wrote. */
  async function read(tenant: Tenant, sessionId: string): Promise<SessionView> {
    const row = await existing(tenant, sessionId);
    const moving = !row.state || !isFinal(row.state.status);
    const asked = moving ? await flows.ask({ tenant, sessionId }) : undefined;
    const newer = asked && asked.revision > (row.state?.revision ?? 0) ? asked : row.state;
    return { ...viewOf(sessionId, row), state: newer };
  }

  /** A user registers once, and has to be there for another photo; of a login nothing is told before it is judged. */
  async function refusalFor(flow: Flow, tenant: Tenant, subject: string): Promise<Problem | undefined> {
    if (flow === 'authentication') return undefined;
    const user = await users.read(tenant, subject);
    const exists = user?.faces.some((face) => face.state === 'active') ?? false;
    if (flow === 'registration') return exists ? problems.userExists() : undefined;
    return exists ? undefined : problems.notFound('user');
  }

  async function readTakingCaptures(tenant: Tenant, sessionId: string): Promise<SessionView> {
    const found = await read(tenant, sessionId);
    if (found.state && !found.state.inputs.includes('liveness'))
      throw problems.inputNotExpected('liveness', found.state.flow);
    return found;
  }

  async function ended(tenant: Tenant, sessionId: string, command: string) {
    const { state } = await existing(tenant, sessionId);
    return problems.wrongStatus(command, state?.status ?? 'processing', [], sessionId);
  }
}

/** A state that answers the request that created the session; `processing` and an outage do not. */
function isAnswer(state: SessionState): boolean {
  return state.status !== 'processing' && !state.reasons.includes('temporarily_unavailable');
}

function hashes(photos: readonly AcceptedPhoto[]): Record<string, string> {
  return Object.fromEntries(photos.map((photo) => [photo.input, photo.originalSha256]));
}
