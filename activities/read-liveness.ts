import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import type { CheckResult } from '../domain/decision.js';
import { score } from '../domain/facts.js';
import type { ImageRef } from '../domain/image-ref.js';
import { incomingPhotoKey } from '../domain/photo-keys.js';
import type { LivenessPolicy } from '../domain/policy.js';
import type { ReasonCode } from '../domain/reasons.js';
import type { Tenant } from '../domain/session.js';
import type { CaptureResult, Liveness } from './ports/liveness.js';
import type { Ports } from './ports.js';

/** The device says that it is done a moment before AWS is: how long that moment may take, and how often we look. */
const PAUSES_MS = [200, 400, 600];

/** What a capture came to, by the policy, and its images in our bucket. */
export interface LivenessReading {
  result: CheckResult;
  /** The best image of the capture: what can be compared and searched with. */
  reference?: ImageRef;
  /** Every image, that one among them. */
  images: readonly ImageRef[];
}

/**
 * Reads the result of a capture and judges it; the client's word is not asked for. Its images are copied before anybody
 * knows: Rekognition forgets the capture three minutes after it began.
 */
export async function readLiveness(
  { liveness, photos }: Ports,
  request: {
    tenant: Tenant;
    sessionId: string;
    captureId: string;
    policy: LivenessPolicy;
  },
): Promise<LivenessReading> {
  const answers = await untilFinished(liveness, request.captureId);
  const answer = answers.at(-1) as CaptureResult;
  const bytes = 'audit' in answer ? [...(answer.reference ? [answer.reference] : []), ...answer.audit] : [];
  const images = await Promise.all(bytes.map((each) => refOf(each, liveness.bucket, request)));
  await Promise.all(
    images.map(({ ref, contentType }, at) => photos.put(ref, bytes[at] as Uint8Array, contentType)),
  );

  const { confidence: threshold } = request.policy;
  const reasons = judge(answer, threshold);
  const refs = images.map(({ ref }) => ref);
  const hashes = refs.map(({ sha256 }) => sha256);
  const [first] = refs;
  const confidence = 'audit' in answer ? answer.confidence : undefined;
  return {
    result: {
      check: 'liveness',
      outcome: reasons.length === 0 ? 'passed' : 'failed',
      reasons,
      evidence: {
        threshold,
        requestIds: answers.map(({ requestId }) => requestId),
        calls: answers.length,
        images: hashes,
        measures: { minConfidence: threshold, ...(confidence === undefined ? {} : { confidence }) },
      },
      facts: answers.map(({ requestId, durationMs }, at) => ({
        operation: 'GetFaceLivenessSessionResults',
        requestId,
        durationMs,
        threshold,
        // Only the last answer had anything to tell.
        images: at === answers.length - 1 ? hashes : [],
        ...(at === answers.length - 1 && confidence !== undefined ? { confidence: score(confidence) } : {}),
      })),
    },
    ...('reference' in answer && first ? { reference: first } : {}),
    images: refs,
  };
}

/** Every answer there was, the last one last. */
async function untilFinished(liveness: Liveness, captureId: string): Promise<CaptureResult[]> {
  const answers = [await liveness.result(captureId)];
  for (const pause of PAUSES_MS) {
    if (answers.at(-1)?.status !== 'unfinished') break;
    await delay(pause);
    answers.push(await liveness.result(captureId));
  }
  return answers;
}

/** Written so that a confidence that is missing or no number shows nobody to be live. */
function judge(answer: CaptureResult, threshold: number): ReasonCode[] {
  if (!('audit' in answer)) return ['liveness_expired'];
  const { status, confidence = Number.NaN, reference } = answer;
  // Without a reference image Rekognition recommends another try (API reference, ReferenceImage).
  return status === 'succeeded' && confidence >= threshold && reference ? [] : ['liveness_failed'];
}

/** Named by its capture and content, so that reading again puts the same objects. */
async function refOf(
  bytes: Uint8Array,
  bucket: string,
  { tenant, sessionId, captureId }: { tenant: Tenant; sessionId: string; captureId: string },
): Promise<{ ref: ImageRef; contentType: string }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { format, width, height, autoOrient } = await sharp(bytes).metadata();
  return {
    ref: {
      bucket,
      key: incomingPhotoKey(tenant, sessionId, captureId, 'liveness', sha256),
      sha256,
      width: autoOrient?.width ?? width,
      height: autoOrient?.height ?? height,
    },
    contentType: `image/${format}`,
  };
}
