import { z } from 'zod';
import { type Measure, measures } from '../../domain/gates.js';
import type { Input, PhotoInput } from '../../domain/image-ref.js';
import { INCOMING_DAYS } from '../../domain/photo-keys.js';
import type { Flow, FlowPolicy } from '../../domain/policy.js';
import type { Check } from '../../domain/reasons.js';
import { longestWaitSeconds } from '../../domain/waiting.js';

const DAY = 24 * 3_600;

const percentage = z.number().min(0).max(100);

const gate = z
  .strictObject({
    measure: z.enum(Object.keys(measures) as Measure[]),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'needs "min", "max" or both')
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
    path: ['min'],
    error: 'must not be above "max"',
  });

const thresholds = z
  .strictObject({ match: percentage, search: percentage, duplicate: percentage, review: percentage })
  .refine(({ duplicate, review }) => duplicate >= review, {
    path: ['duplicate'],
    error: 'must not be below "review": from "review" on a human looks, from "duplicate" on it is certain',
  });

const need = z.enum(['off', 'optional', 'required']);
const check = z.enum(['quality', 'liveness', 'document', 'face_match', 'duplicate', 'user_match']);

/** What a flow's workflow can record, what makes it safe, and what may finish after the answer. */
interface FlowRules {
  runs: readonly Check[];
  always: readonly Check[];
  asynchronous?: readonly Check[];
}

/** `runs`: what the flow's workflow records; another check would be waited for in vain. `always`: what makes it safe. */
function checks(flow: Flow, { runs, always }: FlowRules) {
  return z
    .array(check)
    .superRefine((given, context) => {
      const refuse = (message: string, path: number[] = []) =>
        context.addIssue({ code: 'custom', message, path });
      for (const [index, name] of given.entries()) {
        if (!runs.includes(name)) refuse(`"${name}" is no check of ${flow}`, [index]);
        if (given.indexOf(name) !== index) refuse(`"${name}" is there twice`, [index]);
      }
      for (const name of always) if (!given.includes(name)) refuse(`must contain "${name}"`);
    })
    .readonly();
}

const review = z
  .strictObject({
    escalateAfterSeconds: z.int().min(60),
    withinSeconds: z.int().min(60),
    otherwise: z.enum(['reject', 'cancel']),
  })
  .refine(({ escalateAfterSeconds, withinSeconds }) => escalateAfterSeconds <= withinSeconds, {
    path: ['escalateAfterSeconds'],
    error: 'must not be above "withinSeconds"',
  });

/** What every flow has. `takes`: the photos that mean something to it, beside the selfie and liveness. */
function flowShape(flow: Flow, rules: FlowRules, takes: readonly PhotoInput[]) {
  const photo = (name: PhotoInput) =>
    takes.includes(name)
      ? need
      : need.refine((given): boolean => given === 'off', `must be "off": ${flow} has no use for it`);
  return {
    checks: checks(flow, rules),
    inputs: z
      .strictObject({
        selfie: need,
        reference: photo('reference'),
        document_front: photo('document_front'),
        document_back: photo('document_back'),
        liveness: need,
      })
      .readonly(),
    attempts: z.int().min(1).max(20),
    expiresAfterSeconds: z.int().min(60),
    asynchronous: z
      .array(
        check.refine((given): boolean => rules.asynchronous?.includes(given) ?? false, {
          error: `cannot finish after the answer of ${flow}`,
        }),
      )
      .readonly(),
    review,
    consent: z.enum(['optional', 'required']),
  };
}

/** A session that waits for its person, for an operator and for its person again still needs the photos it began with. */
const keepsPhotos = (flow: Pick<FlowPolicy, 'expiresAfterSeconds' | 'review'>): boolean =>
  longestWaitSeconds(flow) < INCOMING_DAYS * DAY;
const orElse = {
  path: ['review', 'withinSeconds'],
  error: `must stay below ${INCOMING_DAYS} days together with "expiresAfterSeconds", twice: then the bucket's lifecycle rule removes the photos`,
};

/** A check without its input would never be recorded as passed. */
const hasInput = (name: Check, input: Input) => (flow: Pick<FlowPolicy, 'checks' | 'inputs'>) =>
  !flow.checks.includes(name) || flow.inputs[input] === 'required';
const needsInput = (name: Check, input: Input) => ({
  path: ['inputs', input],
  error: `must be "required", because the check "${name}" is`,
});
const comparesSomething = ({ checks, inputs }: Pick<FlowPolicy, 'checks' | 'inputs'>): boolean =>
  !checks.includes('face_match') || inputs.reference === 'required' || inputs.document_front === 'required';

const registration = z
  .strictObject(
    flowShape(
      'registration',
      {
        runs: ['quality', 'liveness', 'document', 'face_match', 'duplicate'],
        always: ['quality', 'duplicate'],
        asynchronous: ['duplicate'],
      },
      ['selfie', 'reference', 'document_front', 'document_back'],
    ),
  )
  .refine(keepsPhotos, orElse)
  .refine(hasInput('liveness', 'liveness'), needsInput('liveness', 'liveness'))
  .refine(hasInput('document', 'document_front'), needsInput('document', 'document_front'))
  .refine(comparesSomething, {
    path: ['inputs', 'reference'],
    error: 'must be "required" (or "document_front"), because the check "face_match" is',
  });

const authentication = z
  .strictObject({
    ...flowShape(
      'authentication',
      { runs: ['quality', 'liveness', 'user_match'], always: ['quality', 'user_match'] },
      ['selfie'],
    ),
    lockout: z.strictObject({
      attempts: z.int().min(1).max(100),
      withinSeconds: z
        .int()
        .min(60)
        .max(30 * DAY),
    }),
    margin: percentage,
    nearTie: z.enum(['reject', 'review']),
    speculativeSearch: z.boolean(),
  })
  .refine(keepsPhotos, orElse)
  .refine(hasInput('liveness', 'liveness'), needsInput('liveness', 'liveness'));

const photoUpdate = z
  .strictObject(
    flowShape(
      'photo_update',
      {
        runs: ['quality', 'liveness', 'user_match', 'duplicate'],
        always: ['quality', 'user_match', 'duplicate'],
      },
      ['selfie', 'reference'],
    ),
  )
  .refine(keepsPhotos, orElse)
  .refine(hasInput('liveness', 'liveness'), needsInput('liveness', 'liveness'));

const document = z.strictObject({
  reader: z.enum(['detect_text', 'analyze_id']),
  types: z
    .array(z.enum(['passport', 'id_card', 'driving_licence', 'residence_permit', 'visa']))
    .min(1)
    .readonly(),
  compare: z.array(z.enum(['name', 'birth_date', 'document_number', 'address'])).readonly(),
  reuse: z.enum(['reject', 'review', 'allow']),
  expiringWithinDays: z.int().min(1).max(365),
});

const liveness = z.strictObject({
  confidence: percentage,
  challenge: z.enum(['FaceMovementAndLightChallenge', 'FaceMovementChallenge']),
  selfie: z.enum(['reference_image', 'separate']),
  // https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSessionRequestSettings.html
  auditImages: z.int().min(0).max(4),
  coolDown: z.strictObject({
    failures: z.int().min(1).max(100),
    withinSeconds: z.int().min(10).max(DAY),
    seconds: z.int().min(10).max(DAY),
  }),
});

const retention = z.union([z.enum(['none', 'keep']), z.strictObject({ days: z.int().min(1).max(3_650) })]);

/** A policy file, as `domain/policy.ts` describes it. Refuses what this release would silently not do. */
export const policySchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, "_" and "-"'),
    version: z.int().min(1),
    gates: z.array(gate).min(1, 'needs a gate: without one, every photo is good enough').readonly(),
    qualityFilter: z.enum(['NONE', 'AUTO', 'LOW', 'MEDIUM', 'HIGH']),
    thresholds: z
      .record(z.string().regex(/^\d+(\.\d+)?$/), thresholds, {
        error: ({ code }) =>
          code === 'invalid_key' ? 'must be a face-model version such as "7" or "7.0"' : undefined,
      })
      .refine((entries) => Object.keys(entries).length > 0, 'needs the thresholds of a face-model version')
      .readonly(),
    document,
    liveness,
    retention: z
      .strictObject({
        selfie: retention,
        reference: retention,
        document_front: retention,
        document_back: retention,
        liveness: retention,
      })
      .readonly(),
    flows: z.strictObject({ registration, authentication, photo_update: photoUpdate }),
  })
  .superRefine(({ liveness: { selfie }, flows }, context) => {
    for (const [name, { inputs }] of Object.entries(flows)) {
      const captured = selfie === 'reference_image' && inputs.liveness === 'required';
      if (captured && inputs.selfie !== 'off') {
        const message = 'must be "off": the liveness capture gives the selfie (liveness.selfie)';
        context.addIssue({ code: 'custom', path: ['flows', name, 'inputs', 'selfie'], message });
      }
      if (inputs.selfie === 'required' || captured) continue;
      const message =
        'must be "required": every flow judges a selfie, unless the liveness capture gives it (liveness.selfie)';
      context.addIssue({ code: 'custom', path: ['flows', name, 'inputs', 'selfie'], message });
    }
  });
