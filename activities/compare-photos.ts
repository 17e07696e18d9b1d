import type { CheckResult } from '../domain/decision.js';
import type { ImageRef, PhotoInput } from '../domain/image-ref.js';
import type { Policy } from '../domain/policy.js';
import type { ReasonCode } from '../domain/reasons.js';
import { thresholdsFor } from '../domain/thresholds.js';
import type { FaceIndex, PhotoFault } from './ports.js';

/** What is said of the trusted photo that shows no face, or is none. */
const faults: Record<PhotoInput & ('reference' | 'document_front'), Record<PhotoFault, ReasonCode>> = {
  reference: { no_face: 'reference_no_face', unreadable: 'reference_unreadable' },
  document_front: { no_face: 'document_no_face', unreadable: 'document_unreadable' },
};

/**
 * face_match: the selfie against a trusted photo of the same person by CompareFaces (whitepaper, "New user
 * registration" step 2): `reference`, or the portrait of the document, its largest face. CompareFaces is stateless and names no
 * model version, so the strictest match threshold holds.
 */
export async function comparePhotos(
  faces: FaceIndex,
  request: { selfie: ImageRef; reference: ImageRef; policy: Policy; of?: keyof typeof faults },
): Promise<CheckResult> {
  const { selfie, reference, policy, of = 'reference' } = request;
  // The trusted photo is the source: "no face" then speaks of it, since the selfie's quality is checked apart.
  const answer = await faces.compareFaces({
    source: reference,
    target: selfie,
    qualityFilter: policy.qualityFilter,
  });
  const { match, entry } = thresholdsFor(policy, 'stateless');
  const evidence = {
    threshold: match,
    thresholdEntry: entry,
    requestIds: [answer.requestId],
    calls: 1,
    images: [selfie.sha256, reference.sha256],
  };
  const facts = [{ ...answer.fact, threshold: match }];
  if ('fault' in answer) {
    return { check: 'face_match', outcome: 'failed', reasons: [faults[of][answer.fault]], evidence, facts };
  }
  const passed = answer.similarity >= match;
  return {
    check: 'face_match',
    outcome: passed ? 'passed' : 'failed',
    reasons: passed ? [] : ['face_mismatch'],
    evidence: { ...evidence, similarity: answer.similarity },
    facts,
  };
}
