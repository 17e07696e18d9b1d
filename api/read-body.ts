import express, { type Request, type RequestHandler } from 'express';
import multer from 'multer';
import type { PhotoInput } from '../domain/image-ref.js';
import { imageLimits } from './images/image-limits.js';
import { ImageRefused } from './images/image-refused.js';
import { Problem, problems } from './problem.js';
import { uploadGate } from './upload-gate.js';

/** Of the commands: an id or two. */
const COMMAND_BYTES = 4_096;

/** Photos a request may bring. */
export const PHOTO_INPUTS: readonly string[] = [
  'selfie',
  'reference',
  'document_front',
  'document_back',
] satisfies PhotoInput[];

/** Every photo of the largest size in base64, with the fields beside them. */
const JSON_BYTES = Math.ceil((imageLimits.maxBytes * PHOTO_INPUTS.length * 4) / 3) + 65_536;

const JSON_TYPES = ['application/json', 'application/*+json'];

const BAD_MULTIPART = 'The multipart body is cut off or not well-formed (RFC 7578). Send it again.';

/** The body of `POST /v1/verification-sessions`: JSON, or multipart with the photos as files. */
export function sessionBody(): RequestHandler[] {
  const json = express.json({ limit: JSON_BYTES, type: JSON_TYPES });
  const files = multer({
    storage: multer.memoryStorage(),
    limits: {
      fileSize: imageLimits.maxBytes,
      files: PHOTO_INPUTS.length,
      fields: 20,
      fieldSize: 65_536,
      parts: 24,
    },
    fileFilter: (_request, file, done) => {
      if (PHOTO_INPUTS.includes(file.fieldname)) done(null, true);
      else done(new multer.MulterError('LIMIT_UNEXPECTED_FILE', file.fieldname));
    },
  }).any();
  // Its parser throws plain errors for a body that it cannot read.
  const readFiles: RequestHandler = (request, response, next) =>
    files(request, response, (error: unknown) =>
      next(error && !(error instanceof multer.MulterError) ? problems.malformed(BAD_MULTIPART) : error),
    );
  return [
    (request, _response, next) => {
      if (request.is('application/json') || request.is('+json') || request.is('multipart/form-data'))
        return next();
      throw wrongType('application/json or multipart/form-data');
    },
    (request, _response, next) => {
      if (request.headers['content-length'] !== undefined) return next();
      throw new Problem(
        411,
        'length_required',
        'The length of the body is not known',
        'Send the body with its Content-Length, and not in chunks.',
      );
    },
    uploadGate(JSON_BYTES, 3),
    json,
    readFiles,
  ];
}

/** The body of a command: JSON, or none. @throws Problem 413, 415 */
export function commandBody(limit = COMMAND_BYTES): RequestHandler[] {
  const json = express.json({ limit, type: JSON_TYPES });
  return [
    (request, _response, next) => {
      if (!hasBody(request) || request.is(JSON_TYPES)) return next();
      throw wrongType('application/json');
    },
    (request, response, next) =>
      json(request, response, (error: unknown) => next(isTooLarge(error) ? bodyTooLarge(limit) : error)),
  ];
}

/** The body of `PUT …/inputs/…`: the bytes of a photo. Its type is told by its bytes, so any Content-Type will do. */
export function imageBody(): RequestHandler[] {
  return [
    uploadGate(imageLimits.maxBytes, 2),
    express.raw({ limit: imageLimits.maxBytes, type: () => true }),
    (request, _response, next) => {
      if (request.body instanceof Uint8Array) return next();
      throw new ImageRefused('image_empty');
    },
  ];
}

/** Also where the body is of no type at all; one that is empty is none. */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

const wrongType = (types: string) =>
  new Problem(415, 'unsupported_media_type', 'The body is of a type that is not read here', `Send ${types}.`);

const isTooLarge = (error: unknown) => (error as { type?: string } | undefined)?.type === 'entity.too.large';

const bodyTooLarge = (limit: number) =>
  new Problem(
    413,
    'body_too_large',
    'The body is too large',
    `This takes ${limit} bytes at most: send only the fields that it has.`,
  );
