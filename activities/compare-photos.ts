import type { CheckResult } from '../domain/decision.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { Policy } from '../domain/policy.js';
import { thresholdsFor } from '../domain/thresholds.js';
import type { FaceIndex } from './ports.js';

/**
 * face_match: the selfie against a trusted photo of the same person by CompareFaces (whitepaper, "New user
 * registration" step 2). CompareFaces is stateless and names no model version, so the strictest match threshold holds.
 */
export async function comparePhotos(
  faces: FaceIndex,
  { selfie, reference, policy }: { selfie: ImageRef; reference: ImageRef; policy: Policy },
): Promise<CheckResult> {
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
    const reason = answer.fault === 'no_face' ? 'reference_no_face' : 'reference_unreadable';
    return { check: 'face_match', outcome: 'failed', reasons: [reason], evidence, facts };
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
