import type { Input } from './image-ref.js';
import type { SessionState, Tenant } from './session.js';

/** Photos of a session that is still being judged. The bucket's lifecycle rule removes what no workflow discarded. */
export const INCOMING_PREFIX = 'incoming/';

/** After so many days that rule removes them, so no session may need one for longer. */
export const INCOMING_DAYS = 30;

/**
 * Named after its content and the attempt it is for: the same upload twice is one object, and what an earlier attempt
 * discards is never what a later one needs.
 * @param attempt see `attemptOf`; of an image of a liveness capture the capture's id: it is good for one attempt
 */
export function incomingPhotoKey(
  { account, mode }: Tenant,
  sessionId: string,
  attempt: string,
  input: Input,
  sha256: string,
): string {
  return `${INCOMING_PREFIX}${account}/${mode}/${sessionId}/${attempt}/${input}-${sha256.slice(0, 32)}`;
}

/** Photos that a policy keeps after their session needed them: for days, or until erased or redacted. */
export const RETAINED_PREFIX = 'retained/';

/** Everything that a capture of a session brought. */
export function capturePrefix({ account, mode }: Tenant, sessionId: string, captureId: string): string {
  return `${INCOMING_PREFIX}${account}/${mode}/${sessionId}/${captureId}/`;
}

/** Where a photo is kept that was handed in under `incomingKey`. */
export function retainedPhotoKey(incomingKey: string): string {
  return RETAINED_PREFIX + incomingKey.slice(INCOMING_PREFIX.length);
}

/** Everything in S3 that belongs to a session begins with one of these. */
export function sessionPhotoPrefixes({ account, mode }: Tenant, sessionId: string): string[] {
  return [INCOMING_PREFIX, RETAINED_PREFIX].map((prefix) => `${prefix}${account}/${mode}/${sessionId}/`);
}

/** Grows with every judgement and every outage; "0-0" until there was one. */
export function attemptOf(state: Pick<SessionState, 'attempts' | 'unavailable'> | undefined): string {
  return `${state?.attempts.used ?? 0}-${state?.unavailable ?? 0}`;
}

/** The photo behind a registered face. */
export function facePhotoKey({ account, mode }: Tenant, subject: string, faceKey: string): string {
  return `faces/${account}/${mode}/${subject}/${faceKey}`;
}

/** Photos that an account uploads to have them indexed; the only part of our bucket that a batch job may read. */
export function importsPrefix({ account, mode }: Tenant): string {
  return `imports/${account}/${mode}/`;
}
