import type { Request } from 'express';
import type { PhotoInput } from '../domain/image-ref.js';
import { Problem, problems } from './problem.js';
import { PHOTO_INPUTS } from './read-body.js';
import type { CreateSession, PhotoSource } from './schemas/create-session.js';

/** Idempotency-Key as Stripe and the IETF draft have it: any visible text, 255 characters at most. @throws Problem 400 */
export function keyOf(request: Request): string | undefined {
  const key = request.get('idempotency-key');
  if (key === undefined || (key.length >= 1 && key.length <= 255)) return key;
  throw new Problem(
    400,
    'invalid_idempotency_key',
    'Idempotency-Key is not valid',
    'Send 1 to 255 characters.',
  );
}

/** Fields of a multipart request are text: objects come as JSON in them. @throws Problem 422 */
export function fieldsOf(request: Request): unknown {
  if (!request.is('multipart/form-data')) return request.body;
  const objects = new Set(['profile', 'metadata', 'consent', 'scope']);
  return Object.fromEntries(
    Object.entries((request.body ?? {}) as Record<string, unknown>).map(([name, value]) => [
      name,
      objects.has(name) && typeof value === 'string' ? fromJson(name, value) : value,
    ]),
  );
}

/** The photos of a request that creates a session, each with where its bytes are. @throws Problem 422 */
export function photoSources(
  request: Request,
  body: CreateSession,
): [PhotoInput, PhotoSource | Uint8Array][] {
  const files = (request.files ?? []) as Express.Multer.File[];
  const uploaded = files.map((file) => [file.fieldname as PhotoInput, new Uint8Array(file.buffer)] as const);
  const named = (PHOTO_INPUTS as readonly PhotoInput[]).flatMap((input) => {
    const source = body[input];
    return source === undefined ? [] : [[input, source] as const];
  });
  const all = [...uploaded, ...named].map(
    ([input, source]) => [input, source] as [PhotoInput, PhotoSource | Uint8Array],
  );
  if (new Set(all.map(([input]) => input)).size === all.length) return all;
  throw problems.invalid([{ pointer: '', message: 'Send each photo once: as a file or as a field.' }]);
}

function fromJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw problems.invalid([{ pointer: `/${name}`, message: 'is not valid JSON' }]);
  }
}
