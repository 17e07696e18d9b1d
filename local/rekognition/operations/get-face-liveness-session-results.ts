import type { CaptureImage } from '../liveness/session.js';
import type { LivenessStore } from '../liveness/store.js';
import { refusals } from '../refusals.js';
import type { AuditImage } from '../shapes.js';
import { object } from './fields.js';
import { operation } from './operation.js';
import { uuid } from './shared-fields.js';

/**
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html. Three minutes after
 * it was made a session is EXPIRED and nothing of it is told any more, whatever it came to ("making all Liveness data
 * associated with the session unavailable", API_CreateFaceLivenessSession).
 */
export const getFaceLivenessSessionResults = operation(
  object({ SessionId: uuid }),
  async ({ liveness }, { SessionId }) => {
    const found = liveness.get(SessionId);
    if (!found) throw refusals.sessionNotFound();
    const { session, status } = found;
    const { challenge, outcome } = session;
    const Challenge = { Type: challenge.type, Version: challenge.version };
    if (!outcome || status === 'EXPIRED') return { SessionId, Status: status, Challenge };
    const told = { SessionId, Status: status, Challenge };
    if (outcome.confidence === undefined || !outcome.reference) return told;
    return {
      ...told,
      Confidence: outcome.confidence,
      ReferenceImage: await imageOf(liveness, outcome.reference),
      AuditImages: await Promise.all(outcome.audit.map((image) => imageOf(liveness, image))),
    };
  },
);

async function imageOf(
  liveness: LivenessStore,
  { boundingBox, file, s3 }: CaptureImage,
): Promise<AuditImage> {
  if (s3) {
    const { bucket, key, version } = s3;
    const S3Object = { Bucket: bucket, Name: key, ...(version !== undefined && { Version: version }) };
    return { BoundingBox: boundingBox, S3Object };
  }
  const bytes = file === undefined ? undefined : await liveness.image(file);
  return { BoundingBox: boundingBox, ...(bytes && { Bytes: Buffer.from(bytes).toString('base64') }) };
}
