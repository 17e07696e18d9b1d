import type { RequestListener } from 'node:http';
import type { Faults } from '../faults.js';
import { jsonHandler } from '../http/json-service.js';
import { asStandIn } from '../http/stand-in.js';
import type { Credentials } from '../sigv4.js';
import { analyzeId } from './analyze-id.js';
import type { Reader } from './document-pages.js';

/** Two pages of 10 MB in base64, and room for the rest. */
const MAX_BODY_BYTES = 28 * 1024 * 1024;

/** What the twin's Textract needs. */
export interface TextractOptions extends Reader {
  faults: Faults;
  /** The only key pair that is accepted. */
  credentials: Credentials;
}

/**
 * Textract's JSON 1.1 protocol over real reading: a handler for node:http, to which an unmodified AWS SDK or CLI can talk.
 * It knows AnalyzeID; the engine and the objects belong to the caller.
 */
export function createTextract({ faults, credentials, ...reader }: TextractOptions): {
  handler: RequestListener;
} {
  const handler = jsonHandler(
    {
      name: 'textract',
      target: 'Textract',
      contentType: 'application/x-amz-json-1.1',
      maxBodyBytes: MAX_BODY_BYTES,
      operation: (name) => (name === 'AnalyzeID' ? (input) => analyzeId(reader, input) : undefined),
    },
    { credentials, faults },
  );
  return { handler: asStandIn(INTRODUCTION, handler) };
}

const INTRODUCTION = {
  standIn: 'textract',
  note: {
    documents: 'A development stand-in: it reads what is printed and takes any forgery for a document.',
  },
} as const;
