import type { CallFact } from '../../domain/facts.js';
import type { LivenessChallenge, LivenessPolicy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';

/** What Rekognition says of a capture. */
export type CaptureResult = {
  requestId: string;
  /** Of the call, in milliseconds. */
  durationMs: number;
} & (
  | { status: 'unfinished' }
  /** It ran out, or there is no such capture: its result is gone. */
  | { status: 'expired' }
  | {
      /** `failed`: Rekognition could not judge it. Never says by itself whether the person is live. */
      status: 'failed' | 'succeeded';
      /** That the person was live, 0–100; absent where Rekognition said none. */
      confidence?: number;
      /** JPEG or PNG, as Rekognition gave it. */
      reference?: Uint8Array;
      audit: readonly Uint8Array[];
    }
);

/**
 * Captures that show a live person: Amazon Rekognition Face Liveness or its twin. Every method throws ApplicationFailure as
 * `FaceIndex` does, and `OperatorMustAct` where a stand-in answered that must not be trusted.
 */
export interface Liveness {
  /** Where images of captures are put. */
  bucket: string;
  /**
   * Begins a capture, good for one try and three minutes
   * (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html).
   * @param request.token the same one gives the same capture
   * @returns its id, and what is kept of the call
   */
  create(request: {
    token: string;
    challenge: LivenessChallenge;
    auditImages: number;
  }): Promise<{ captureId: string; fact: CallFact }>;
  /** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html */
  result(captureId: string): Promise<CaptureResult>;
}

/** Whose failed captures are counted together: a user's where one is claimed, else a session's. */
export interface LivenessOwner {
  sessionId: string;
  subject?: string;
}

/** Failed captures and cool-downs. Every method throws ApplicationFailure as `FaceIndex` does. */
export interface LivenessFailures {
  /** Seconds until the next capture may begin; 0: now. */
  coolDown(tenant: Tenant, owner: LivenessOwner): Promise<number>;
  /** Counts a failed capture, once however often it is said. */
  count(
    tenant: Tenant,
    owner: LivenessOwner,
    captureId: string,
    coolDown: LivenessPolicy['coolDown'],
  ): Promise<void>;
  /** Forgets all of them: a capture showed a live person. */
  forget(tenant: Tenant, owner: LivenessOwner): Promise<void>;
}
