import { type Request, type Response, Router } from 'express';
import type { Ports } from '../../activities/ports.js';
import type { PhotoInput } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { actorOf, tenantOf } from '../authenticate.js';
import type { Identities } from '../identities.js';
import { eventPageOf, renderList } from '../list-page.js';
import { parse } from '../parse.js';
import { fetchedBytes, type PhotoIntake } from '../photos.js';
import { waitMs } from '../prefer.js';
import { problems } from '../problem.js';
import { commandBody, imageBody, PHOTO_INPUTS, sessionBody } from '../read-body.js';
import { renderSessionEvent } from '../render-event.js';
import { renderSession } from '../render-session.js';
import { captureSchema, commandSchema, noFieldsSchema, reviewSchema } from '../schemas/commands.js';
import { type CreateSession, createSessionSchema } from '../schemas/create-session.js';
import { listSessionsSchema } from '../schemas/list-sessions.js';
import { fieldsOf, keyOf, photoSources } from '../session-request.js';
import { type SessionView, viewOf } from '../session-view.js';
import type { Sessions } from '../sessions.js';
import { suspectIds } from '../suspect-ids.js';
import { roomForFetched } from '../upload-gate.js';

export interface SessionRoutesDeps {
  sessions: Sessions;
  intake: PhotoIntake;
  identities: Identities;
  ports: Pick<Ports, 'sessions' | 'users' | 'events'>;
  answerWithinMs: number;
  /** Of Rekognition: where the person's device sends its capture. */
  region: string;
}

/** `/v1/verification-sessions`: the one resource that carries the flows (docs/http.md). */
export function verificationSessions(deps: SessionRoutesDeps): Router {
  const { sessions, intake, identities, ports, region } = deps;
  const within = (request: Request) => waitMs(request.get('prefer'), deps.answerWithinMs);
  const router = Router();

  router.post('/', ...sessionBody(), async (request, response) => {
    const tenant = tenantOf(response.locals);
    const body: CreateSession = parse(createSessionSchema, fieldsOf(request));
    const idempotencyKey = keyOf(request);
    const sources = photoSources(request, body);
    await roomForFetched(response, fetchedBytes(sources.map(([, source]) => source)));
    const photos = await Promise.all(sources.map(([input, source]) => intake.accept(tenant, input, source)));
    const made = await sessions.create(tenant, { body, photos, idempotencyKey, withinMs: within(request) });
    refuseWhenBusy(made);
    if (made.replayed) response.set('Idempotent-Replayed', 'true');
    response.location(`/v1/verification-sessions/${made.sessionId}`);
    response.status(made.late ? 202 : 201).json(await rendered(tenant, made));
  });

  router.get('/', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const query = parse(listSessionsSchema, request.query);
    const { rows, nextCursor } = await ports.sessions.list(
      tenant,
      {
        ...(query.flow ? { flow: query.flow } : {}),
        ...(query.status ? { status: query.status } : {}),
        ...(query.reason ? { reason: query.reason } : {}),
        ...(query.user_id ? { subject: identities.subject(tenant, query.user_id) } : {}),
        ...(query.created_after ? { createdAfter: Date.parse(query.created_after) } : {}),
      },
      { limit: query.limit, ...(query.cursor ? { cursor: query.cursor } : {}) },
    );
    const data = await Promise.all(
      rows.map((row) => rendered(tenant, viewOf(row.state?.sessionId ?? '', row), async () => row)),
    );
    response.json(renderList(data, nextCursor));
  });

  router.get('/:id', async (request, response) => {
    const tenant = tenantOf(response.locals);
    response.json(await rendered(tenant, await sessions.read(tenant, idOf(request))));
  });

  router.get('/:id/events', async (request, response) => {
    const tenant = tenantOf(response.locals);
    const id = idOf(request);
    if (!(await ports.sessions.read(tenant, id))) throw problems.notFound('verification session');
    const { events, nextCursor } = await ports.events.listOfSession(tenant, id, eventPageOf(request));
    const data = events.map((event) => renderSessionEvent(tenant, id, event));
    response.json(renderList(data, nextCursor));
  });

  router.post('/:id/liveness', ...commandBody(), async (request, response) => {
    const tenant = tenantOf(response.locals);
    parse(noFieldsSchema, request.body ?? {});
    response.status(201).json(await rendered(tenant, await sessions.startCapture(tenant, idOf(request))));
  });

  router.put('/:id/inputs/liveness', ...commandBody(), async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { session_id } = parse(captureSchema, request.body ?? {});
    const view = await sessions.submitCapture(tenant, idOf(request), session_id, within(request));
    await answered(tenant, response, view);
  });

  router.put('/:id/inputs/:input', ...imageBody(), async (request, response) => {
    const tenant = tenantOf(response.locals);
    const photo = await intake.accept(tenant, inputOf(request), request.body as Uint8Array);
    await answered(tenant, response, await sessions.submit(tenant, idOf(request), photo, within(request)));
  });

  for (const name of ['cancel', 'resume', 'redact'] as const) {
    router.post(`/:id/${name}`, ...commandBody(), async (request, response) => {
      const tenant = tenantOf(response.locals);
      const { operator } = parse(commandSchema, request.body ?? {});
      const by = actorOf(response.locals, operator);
      await answered(tenant, response, await sessions[name](tenant, idOf(request), by, within(request)));
    });
  }

  router.post('/:id/review', ...commandBody(), async (request, response) => {
    const tenant = tenantOf(response.locals);
    const { operator, decision, inputs } = parse(reviewSchema, request.body ?? {});
    const review = { decision, by: actorOf(response.locals, operator), ...(inputs ? { again: inputs } : {}) };
    await answered(tenant, response, await sessions.review(tenant, idOf(request), review, within(request)));
  });

  async function answered(tenant: Tenant, response: Response, view: SessionView) {
    refuseWhenBusy(view);
    response.status(view.late ? 202 : 200).json(await rendered(tenant, view));
  }

  /** Where the flow found out who it is, or what a document says, the caller wants to know too. */
  async function rendered(
    tenant: Tenant,
    { sessionId, state, details, redaction }: SessionView,
    row = () => ports.sessions.read(tenant, sessionId),
  ) {
    const nameless = !details.userId && !redaction && state?.status === 'verified';
    const found = nameless ? state.subject : undefined;
    const user = found ? await ports.users.read(tenant, found) : undefined;
    // Read when it was judged: the row that the view came from may be older.
    const document = state?.inputs.includes('document_front') ? (await row())?.document : undefined;
    return renderSession(
      tenant,
      sessionId,
      { state, details, document, redaction },
      { region, recognised: user, userIds: await suspectIds(ports.users, tenant, state) },
    );
  }

  return router;
}

function refuseWhenBusy({ state, sessionId }: SessionView): void {
  if (state?.status !== 'requires_input' || !state.reasons.includes('temporarily_unavailable')) return;
  throw problems.unavailable('Send the same request again after Retry-After seconds.', sessionId);
}

function idOf(request: Request): string {
  const { id } = request.params;
  if (typeof id === 'string' && /^vs_[a-z2-7]{26}$/.test(id)) return id;
  throw problems.notFound('verification session');
}

function inputOf(request: Request): PhotoInput {
  const { input } = request.params;
  if (typeof input === 'string' && PHOTO_INPUTS.includes(input)) return input as PhotoInput;
  throw problems.notFound('input');
}
