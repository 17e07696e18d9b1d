import { ImageProblem } from '../rekognition/engine/face-engine.js';
import type { ReadObject } from '../rekognition/operations/context.js';
import type { ImageInput } from '../rekognition/operations/shared-fields.js';
import type { PageText, TextEngine } from '../text/text-engine.js';
import { refusals } from './refusals.js';

/** "For synchronous operations, JPEG, PNG, PDF, and TIFF files have a limit of 10 MB in memory" (limits-document). */
const MAX_BYTES = 10 * 1024 * 1024;
/** "images with a resolution less than or equal to 10000 pixels on all sides" (limits-document). */
const MAX_SIDE = 10_000;

/** What pages are read with. */
export interface Reader {
  text: TextEngine;
  readObject: ReadObject;
}

/**
 * The text of one page of a document. Throws InvalidParameterException without one, DocumentTooLargeException above 10 MB,
 * InvalidS3ObjectException when the object cannot be read, UnsupportedDocumentException for what is neither JPEG nor PNG
 * (the real service takes PDF and TIFF too), BadDocumentException for an image that is broken, too small or too large.
 */
export async function readDocumentPage(reader: Reader, document: ImageInput): Promise<PageText> {
  const bytes = await documentBytes(reader, document);
  if (bytes.length > MAX_BYTES) throw refusals.tooLarge();
  if (isPdfOrTiff(bytes)) throw refusals.unsupported(': the twin reads JPEG and PNG only');
  if (!isJpegOrPng(bytes)) throw refusals.unsupported();
  const page = await reader.text.read(bytes).catch((error: unknown) => {
    throw error instanceof ImageProblem ? refusals.badDocument(error.message) : error;
  });
  const { width, height } = page;
  if (Math.max(width, height) > MAX_SIDE) throw refusals.badDocument(`${width}x${height} pixels`);
  return page;
}

async function documentBytes({ readObject }: Reader, { Bytes, S3Object }: ImageInput): Promise<Uint8Array> {
  if (Bytes !== undefined) {
    const bytes = Buffer.from(Bytes, 'base64');
    if (bytes.length === 0) throw refusals.invalidParameter();
    return bytes;
  }
  const { Bucket, Name, Version } = S3Object ?? {};
  if (Bucket === undefined || Name === undefined) throw refusals.invalidParameter();
  const version = Version === undefined ? {} : { version: Version };
  return readObject({ bucket: Bucket, key: Name, ...version }).catch(() => {
    throw refusals.invalidS3Object();
  });
}

const startsWith = (bytes: Uint8Array, ...start: number[]) => start.every((byte, i) => bytes[i] === byte);

function isJpegOrPng(bytes: Uint8Array): boolean {
  return startsWith(bytes, 0xff, 0xd8, 0xff) || startsWith(bytes, 0x89, 0x50, 0x4e, 0x47);
}

function isPdfOrTiff(bytes: Uint8Array): boolean {
  const pdf = [0x25, 0x50, 0x44, 0x46];
  return (
    startsWith(bytes, ...pdf) ||
    startsWith(bytes, 0x49, 0x49, 0x2a, 0x00) ||
    startsWith(bytes, 0x4d, 0x4d, 0x00, 0x2a)
  );
}
