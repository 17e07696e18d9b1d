import { createHash } from 'node:crypto';
import type { PlacedFace } from '../../../activities/ports.js';
import type { IndexedFace } from '../../../domain/face-record.js';
import type { SessionState } from '../../../domain/session.js';

/** A face as `placeFace` takes it. */
export function placed(changes: {
  subject: string;
  faceKey: string;
  sessionId: string;
  startedAt?: number;
}): PlacedFace {
  const { subject, faceKey, sessionId, startedAt = 1_000 } = changes;
  return {
    subject,
    faceKey,
    rank: { startedAt, sessionId },
    collection: 'c',
    image: { bucket: 'b', key: 'k', sha256: 'ab', width: 100, height: 100 },
  };
}

/** A face of that name, under an id that Rekognition could have given: reconciliation asks it for the faces of every row. */
export function indexed(name: string, collection = 'c'): IndexedFace {
  const hash = createHash('sha256').update(name).digest('hex');
  const faceId = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return { faceId, collection, faceModelVersion: '7.0' };
}

export function sessionState(sessionId: string, changes: Partial<SessionState> = {}): SessionState {
  return {
    sessionId,
    flow: 'registration',
    status: 'processing',
    revision: 1,
    policy: { name: 'default', version: 1 },
    attempts: { used: 0, max: 3 },
    inputs: ['selfie', 'reference'],
    missingInputs: [],
    reasons: [],
    checks: [],
    actions: [],
    unavailable: 0,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
    expiresAt: 1_700_000_900_000,
    ...changes,
  };
}
