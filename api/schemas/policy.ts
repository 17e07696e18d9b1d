import { z } from 'zod';
import { type Measure, measures } from '../../domain/gates.js';
import { INCOMING_DAYS } from '../../domain/photo-keys.js';
import type { Flow } from '../../domain/policy.js';
import type { Check } from '../../domain/reasons.js';

const DAY = 24 * 3_600;

/** Why a value is refused that later releases will take. A check that nothing runs must never look like one that does. */
const NOT_YET = 'not supported yet';

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
// `: boolean` in these, or the inferred type would have fewer values than `Need`.
const later = need.refine((given): boolean => given === 'off', `${NOT_YET}: use "off"`);
const check = z.enum(['quality', 'liveness', 'document', 'face_match', 'duplicate', 'user_match']);
const selfie = need.refine(
  (given): boolean => given === 'required',
  'must be "required": every flow judges a selfie',
);

/** `runs`: what the flow's workflow records; another check would be waited for in vain. `always`: what makes it safe. */
function checks(flow: Flow, { runs, always }: { runs: readonly Check[]; always: readonly Check[] }) {
  return z
    .array(check)
    .superRefine((given, context) => {
      const refuse = (message: string, path: number[] = []) =>
        context.addIssue({ code: 'custom', message, path });
      for (const [index, name] of given.entries()) {
        if (name === 'document' || name === 'liveness') refuse(`"${name}" is ${NOT_YET}`, [index]);
        else if (!runs.includes(name)) refuse(`"${name}" is no check of ${flow}`, [index]);
        if (given.indexOf(name) !== index) refuse(`"${name}" is there twice`, [index]);
      }
      for (const name of always) if (!given.includes(name)) refuse(`must contain "${name}"`);
    })
    .readonly();
}

/** What both flows have; only registration compares the selfie with a `reference`. */
function flowShape(reference: typeof need) {
  return {
    inputs: z
      .strictObject({ selfie, reference, document_front: later, document_back: later, liveness: later })
      .readonly(),
    attempts: z.int().min(1).max(20),
    expiresAfterSeconds: z.int().min(60),
    asynchronous: z.array(check).max(0, `${NOT_YET}: use []`).readonly(),
    reviewWithinSeconds: z.int().min(60),
  };
}

/** A session that waits for its person and then for an operator still needs the photos it began with. */
const keepsPhotos = (flow: { expiresAfterSeconds: number; reviewWithinSeconds: number }): boolean =>
  flow.expiresAfterSeconds + flow.reviewWithinSeconds < INCOMING_DAYS * DAY;
const orElse = {
  path: ['reviewWithinSeconds'],
  error: `must stay below ${INCOMING_DAYS} days together with "expiresAfterSeconds": then the bucket's lifecycle rule removes the photos`,
};

const registration = z
  .strictObject({
    ...flowShape(need),
    checks: checks('registration', {
      runs: ['quality', 'face_match', 'duplicate'],
      always: ['quality', 'duplicate'],
    }),
  })
  .refine(keepsPhotos, orElse)
  .refine((flow) => !flow.checks.includes('face_match') || flow.inputs.reference === 'required', {
    path: ['inputs', 'reference'],
    error: 'must be "required", because the check "face_match" is',
  });

const authentication = z
  .strictObject({
    ...flowShape(
      need.refine(
        (given): boolean => given === 'off',
        'must be "off": a login compares with registered faces',
      ),
    ),
    checks: checks('authentication', {
      runs: ['quality', 'user_match'],
      always: ['quality', 'user_match'],
    }),
    lockout: z.strictObject({
      attempts: z.int().min(1).max(100),
      withinSeconds: z
        .int()
        .min(60)
        .max(30 * DAY),
    }),
    margin: percentage,
    nearTie: z
      .enum(['reject', 'review'])
      .refine(
        (given): boolean => given === 'reject',
        `${NOT_YET}: use "reject", nothing can approve a login`,
      ),
    speculativeSearch: z.boolean(),
  })
  .refine(keepsPhotos, orElse);

/** A policy file, as `domain/policy.ts` describes it. Refuses what this release would silently not do. */
export const policySchema = z.strictObject({
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
  flows: z.strictObject({ registration, authentication }),
});
