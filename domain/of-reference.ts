import type { CheckResult } from './decision.js';
import type { Check, ReasonCode } from './reasons.js';

/** A photo that is no selfie of the moment has reasons of its own, since another one is to be handed in. */
const names: Partial<Record<ReasonCode, ReasonCode>> = {
  selfie_no_face: 'reference_no_face',
  selfie_multiple_faces: 'reference_multiple_faces',
  selfie_unreadable: 'reference_unreadable',
  face_not_recognised: 'reference_mismatch',
  ambiguous_match: 'reference_mismatch',
};

/** The photo is compared with a registered face; who the person is, the selfie has to show. */
const checks: Partial<Record<Check, Check>> = { user_match: 'face_match' };

/** What a check found of a photo, said of the reference: gates it misses are its quality, a user it does not find a mismatch. */
export function ofReference(result: CheckResult): CheckResult {
  const reasons = result.reasons.map(
    (code) => names[code] ?? (code.startsWith('selfie_') ? 'reference_low_quality' : code),
  );
  return { ...result, check: checks[result.check] ?? result.check, reasons: [...new Set(reasons)] };
}
