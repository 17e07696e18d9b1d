import type { SessionDetails, SessionRow } from '../activities/ports.js';
import type { CheckResult } from '../domain/decision.js';
import { reasonOf } from '../domain/reasons.js';
import type { SessionState, Tenant } from '../domain/session.js';
import { allowedCommands } from '../domain/status.js';
import { renderDocument } from './render-document.js';

/**
 * A verification session as the API shows it to the caller's server. Field names follow Stripe's where there is one.
 * @param more.region where Rekognition takes captures
 * @param more.recognised who was, where the flow had to find out
 * @param more.userIds by pseudonym, of those whom a reviewer has to look at; whoever is gone is not there
 */
export function renderSession(
  tenant: Tenant,
  sessionId: string,
  view: Pick<SessionRow, 'details'> & {
    state?: SessionState | undefined;
    document?: SessionRow['document'] | undefined;
    redaction?: SessionRow['redaction'] | undefined;
  },
  {
    region,
    recognised,
    userIds,
  }: {
    region: string;
    recognised?: { userId?: string } | undefined;
    userIds: ReadonlyMap<string, string>;
  },
) {
  const { state, details, document, redaction } = view;
  const userId = details.userId ?? recognised?.userId ?? null;
  return {
    id: sessionId,
    object: 'verification_session',
    livemode: tenant.mode === 'live',
    ...renderState(state, region, userIds),
    user_id: userId,
    client_reference_id: details.clientReferenceId ?? null,
    metadata: details.metadata ?? {},
    return_url: details.returnUrl ?? null,
    document: renderDocument(document),
    consent: renderConsent(details.consent),
    redaction: redaction ? { ...redaction, at: new Date(redaction.at).toISOString() } : null,
  };
}

/** A session whose workflow has not begun yet has no state. */
function renderState(state: SessionState | undefined, region: string, userIds: ReadonlyMap<string, string>) {
  if (!state) return { status: 'processing', allowed_commands: [] };
  const [first] = state.reasons;
  return {
    flow: state.flow,
    status: state.status,
    allowed_commands: allowedCommands(state),
    required_inputs: state.missingInputs,
    attempts: state.attempts,
    last_error: first ? renderReason(first) : null,
    reasons: state.reasons.map(renderReason),
    checks: state.checks.map((result) => renderCheck(result, userIds)),
    provisional: state.provisional ?? null,
    liveness: renderCapture(state.liveness, region),
    abandoned_at: state.abandonedAt ?? null,
    escalated_at: state.escalatedAt === undefined ? null : new Date(state.escalatedAt).toISOString(),
    actions: state.actions.map(({ at, ...action }) => ({ ...action, at: new Date(at).toISOString() })),
    flagged: state.flagged ?? null,
    policy: state.policy,
    created_at: new Date(state.createdAt).toISOString(),
    updated_at: new Date(state.updatedAt).toISOString(),
    expires_at: new Date(state.expiresAt).toISOString(),
  };
}

/** What the person's device needs to begin the capture with Rekognition, and nothing of what comes of it. */
function renderCapture(capture: SessionState['liveness'], region: string) {
  if (!capture) return null;
  const { id, challenge, expiresAt } = capture;
  return { session_id: id, region, challenge, expires_at: new Date(expiresAt).toISOString() };
}

function renderReason(code: SessionState['reasons'][number]) {
  const { check, disposition, person, operator } = reasonOf(code);
  return { code, check, disposition, message: person, detail: operator };
}

function renderCheck(
  { check, outcome, reasons, evidence, suspects = [] }: CheckResult,
  userIds: ReadonlyMap<string, string>,
) {
  return {
    check,
    outcome,
    reasons,
    similarity: evidence.similarity ?? null,
    threshold: evidence.threshold ?? null,
    threshold_entry: evidence.thresholdEntry ?? null,
    face_model_version: evidence.faceModelVersion ?? null,
    measures: evidence.measures ?? null,
    suspects: suspects.map(({ subject, similarity, recognised }) => ({
      ...{ user_id: userIds.get(subject) ?? null, subject, similarity: similarity ?? null },
      recognised: recognised ?? false,
    })),
    rekognition_request_ids: evidence.requestIds ?? [],
  };
}

function renderConsent(consent: SessionDetails['consent']) {
  if (!consent) return null;
  return {
    text_version: consent.textVersion,
    accepted_at: consent.acceptedAt,
    locale: consent.locale ?? null,
  };
}
