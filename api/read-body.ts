import express, { type RequestHandler } from 'express';
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

const BAD_MULTIPART = 'The multipart body is cut off or not well-formed (RFC 7578). Send it again.';

/** The body of `POST /v1/verification-sessions`: JSON, or multipart with the photos as files. */
export function sessionBody(): RequestHandler[] {
  const json = express.json({ limit: JSON_BYTES, type: ['application/json', 'application/*+json'] });
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
      throw new Problem(
        415,
        'unsupported_media_type',
        'The body is of a type that is not read here',
        'Send application/json or multipart/form-data.',
      );
    },
    uploadGate(JSON_BYTES, 3),
    json,
    readFiles,
  ];
}

/** The body of a command: JSON, or none. */
export function commandBody(): RequestHandler {
  return express.json({ limit: COMMAND_BYTES, type: ['application/json', 'application/*+json'] });
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
