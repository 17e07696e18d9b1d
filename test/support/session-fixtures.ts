import type { ImageRef, PhotoInput } from '../../domain/image-ref.js';
import type { AuthenticationPolicy, FlowPolicy, Policy } from '../../domain/policy.js';
import type { RegistrationInput } from '../../workflows/messages.js';

export const SUBJECT = 'subject2222222222222222222';
export const BUCKET = 'bucket-of-the-tests';

const inputs = {
  selfie: 'required',
  reference: 'optional',
  document_front: 'off',
  document_back: 'off',
  liveness: 'off',
} as const;

const flow: FlowPolicy = {
  checks: ['quality', 'duplicate'],
  inputs,
  attempts: 3,
  expiresAfterSeconds: 86_400,
  asynchronous: [],
  review: { escalateAfterSeconds: 86_400, withinSeconds: 7 * 86_400, otherwise: 'reject' },
  consent: 'optional',
};

/** The policy of the tests; what a flow of it should be otherwise is given. */
export function policyWith(
  changes: {
    registration?: Partial<FlowPolicy>;
    authentication?: Partial<AuthenticationPolicy>;
    photo_update?: Partial<FlowPolicy>;
    retention?: Partial<Policy['retention']>;
    document?: Partial<Policy['document']>;
    liveness?: Partial<Policy['liveness']>;
  } = {},
): Policy {
  return {
    name: 'test',
    version: 1,
    gates: [],
    qualityFilter: 'HIGH',
    thresholds: { '7': { match: 95, search: 95, duplicate: 97, review: 90 } },
    document: {
      reader: 'detect_text',
      types: ['passport', 'id_card', 'driving_licence'],
      compare: ['name', 'birth_date', 'document_number'],
      reuse: 'review',
      expiringWithinDays: 30,
      ...changes.document,
    },
    liveness: {
      confidence: 80,
      challenge: 'FaceMovementAndLightChallenge',
      selfie: 'reference_image',
      auditImages: 0,
      coolDown: { failures: 5, withinSeconds: 180, seconds: 180 },
      ...changes.liveness,
    },
    retention: {
      selfie: 'none',
      reference: 'none',
      document_front: 'none',
      document_back: 'none',
      liveness: 'none',
      ...changes.retention,
    },
    flows: {
      registration: { ...flow, ...changes.registration },
      authentication: {
        ...flow,
        checks: ['quality', 'user_match'],
        inputs: { ...inputs, reference: 'off' },
        expiresAfterSeconds: 900,
        lockout: { attempts: 5, withinSeconds: 900 },
        margin: 1,
        nearTie: 'reject',
        speculativeSearch: true,
        ...changes.authentication,
      },
      photo_update: { ...flow, checks: ['quality', 'user_match', 'duplicate'], ...changes.photo_update },
    },
  };
}

/** Who asks something of a session, in tests. */
export const TESTER = { by: 'tests' };

export function photoRef(input: PhotoInput, name = 'first'): ImageRef {
  return {
    bucket: BUCKET,
    key: `incoming/${input}-${name}`,
    sha256: `sha-of-${input}-${name}`,
    width: 600,
    height: 800,
  };
}

/** What a session starts with that came with a selfie and names its user. */
export function sessionInput(sessionId: string, changes: Partial<RegistrationInput> = {}): RegistrationInput {
  return {
    tenant: { account: 'acme', mode: 'test' },
    sessionId,
    fingerprint: 'fingerprint-of-the-request',
    policy: policyWith(),
    photos: { selfie: photoRef('selfie') },
    subject: SUBJECT,
    faceKey: 'facekey222222222',
    ...changes,
  };
}

/** Photos that a save puts away. */
export function spentIn(saving: { spent: readonly { photo: ImageRef }[] } | undefined): ImageRef[] {
  return (saving?.spent ?? []).map(({ photo }) => photo);
}
