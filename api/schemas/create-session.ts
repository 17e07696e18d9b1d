import { z } from 'zod';

/** Base64 in a JSON body, as long as the body may be; the decoded bytes are looked at by the image intake. */
const inline = z.object({ base64: z.string().min(1) }).strict();
const stored = z
  .object({
    s3: z.object({ bucket: z.string().min(3).max(63), key: z.string().min(1).max(1024) }).strict(),
  })
  .strict();
const photo = z.union([z.string().min(1), inline, stored]);

export type PhotoSource = z.infer<typeof photo>;

const text = (max: number) => z.string().min(1).max(max);

const profile = z
  .object({
    email: z.email().max(320).optional(),
    username: text(255).optional(),
    phone: text(64).optional(),
    name: text(500).optional(),
    birth_date: z.iso.date().optional(),
    address: text(500).optional(),
    document_number: text(64).optional(),
  })
  .strict();

const metadata = z
  .record(z.string().min(1).max(40), z.string().max(500))
  .refine((entries) => Object.keys(entries).length <= 50, 'at most 50 entries');

/** A user id may be any 1–255 characters; control characters and lone surrogates are no characters. */
const userId = text(255).regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not contain control characters');

/** `POST /v1/verification-sessions`. Limits of metadata follow Stripe's: 50 keys, 40 and 500 characters. */
export const createSessionSchema = z
  .object({
    flow: z.enum(['registration', 'authentication', 'photo_update']),
    user_id: userId.optional(),
    policy: text(64).optional(),
    scope: z
      .record(text(40), text(255))
      .refine((labels) => Object.keys(labels).length <= 10, 'at most 10 labels')
      .optional(),
    selfie: photo.optional(),
    reference: photo.optional(),
    document_front: photo.optional(),
    document_back: photo.optional(),
    profile: profile.optional(),
    metadata: metadata.optional(),
    client_reference_id: text(200).optional(),
    return_url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .optional(),
    consent: z
      .object({
        text_version: text(64),
        accepted_at: z.iso.datetime({ offset: true }),
        locale: text(35).optional(),
      })
      .strict()
      .optional(),
  })
  .strict()
  .refine((body) => body.flow === 'authentication' || body.user_id !== undefined, {
    path: ['user_id'],
    message: 'is required, but to log somebody in',
  })
  .refine((body) => body.flow === 'registration' || body.profile === undefined, {
    path: ['profile'],
    message: 'is taken when a user registers',
  });

export type CreateSession = z.infer<typeof createSessionSchema>;
