import type { CheckResult } from '../domain/decision.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { SessionInput } from './messages.js';
import type { Attempt } from './session.js';

/** The selfie of an attempt, and what was found about how it came to be. */
export interface Captured {
  /** Absent where the checks say why. */
  selfie?: ImageRef;
  /** The liveness check, where there was a capture. */
  results: readonly CheckResult[];
}

/** The selfie that was handed in, or the image of the liveness capture. */
export async function captureSelfie(_input: SessionInput, { photos }: Attempt): Promise<Captured> {
  return { results: [], ...(photos.selfie ? { selfie: photos.selfie } : {}) };
}
