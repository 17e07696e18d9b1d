import type { PhotoInput } from './image-ref.js';
import type { Tenant } from './session.js';

/** Photos of a session that is still being judged. The bucket's lifecycle rule removes what no workflow discarded. */
export const INCOMING_PREFIX = 'incoming/';

/** Named after its content: the same photo handed in twice is one object. */
export function incomingPhotoKey(
  { account, mode }: Tenant,
  sessionId: string,
  input: PhotoInput,
  sha256: string,
) {
  return `${INCOMING_PREFIX}${account}/${mode}/${sessionId}/${input}-${sha256.slice(0, 32)}`;
}

/** The photo behind a registered face. */
export function facePhotoKey({ account, mode }: Tenant, subject: string, faceKey: string): string {
  return `faces/${account}/${mode}/${subject}/${faceKey}`;
}
