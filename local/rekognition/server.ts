import type { RequestListener } from 'node:http';
import path from 'node:path';
import type { Faults } from '../faults.js';
import { jsonHandler } from '../http/json-service.js';
import { asStandIn } from '../http/stand-in.js';
import type { Credentials } from '../sigv4.js';
import { ocrEngine } from '../text/ocr-engine.js';
import { rememberingTextEngine } from '../text/remembering-text-engine.js';
import type { TextEngine } from '../text/text-engine.js';
import { openCollectionStore } from './collections/store.js';
import type { FaceEngine } from './engine/face-engine.js';
import { onnxEngine } from './engine/onnx-engine.js';
import { rememberingEngine } from './engine/remembering-engine.js';
import { captureHandler, isCapture } from './liveness/capture-handler.js';
import { openLivenessStore } from './liveness/store.js';
import type { Context, ReadObject, WriteObject } from './operations/context.js';
import { OPERATIONS } from './operations/table.js';

/** Two images of 5 MB in base64, and room for the rest. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** What new collections of the real service say today; the vectors are the engine's own, of course. */
const FACE_MODEL_VERSION = '7.0';

/** The Rekognition of the twin. */
export interface Rekognition {
  handler: RequestListener;
  /** Ends its threads and files; the engines too, unless they were given. */
  close(): Promise<void>;
}

/** What the twin's Rekognition needs. */
export interface RekognitionOptions {
  /** Collections and liveness sessions are kept under it, by folder; absent: in memory only. */
  dataDir?: string;
  /** Where images given as S3 objects come from. */
  readObject: ReadObject;
  /** Where the images of Face Liveness go that are to go to S3; without it such captures fail. */
  writeObject?: WriteObject;
  faults: Faults;
  /** The only key pair that is accepted. */
  credentials: Credentials;
  /** Threads for face work, and as many for searches in large collections; 2 by default. */
  workers?: number;
  /** Instead of the real one, e.g. `constantTimeEngine()`. */
  engine?: FaceEngine;
  /** Reads text, instead of a real engine of its own. */
  text?: TextEngine;
  /** How many photos' findings the real engine remembers; 128 by default, 0 for none. */
  rememberedPhotos?: number;
  /** For the life of liveness sessions, in milliseconds since 1970; the clock by default. */
  now?: () => number;
  /** For ARNs; `us-east-1` by default. */
  region?: string;
}

/**
 * Rekognition's JSON 1.1 protocol over real face work: a handler for node:http, to which an unmodified AWS SDK or CLI can
 * talk. Throws an Error that names the fix when the face weights are missing or a collection's file is damaged.
 */
export async function createRekognition(options: RekognitionOptions): Promise<Rekognition> {
  const { dataDir, readObject, faults, credentials, workers = 2, region = 'us-east-1' } = options;
  const { rememberedPhotos = 128 } = options;
  const engine = options.engine ?? rememberingEngine(onnxEngine({ workers }), rememberedPhotos);
  const text = options.text ?? rememberingTextEngine(ocrEngine(), rememberedPhotos);
  const collections = await openCollectionStore({
    threads: workers,
    ...(dataDir === undefined ? {} : { folder: path.join(dataDir, 'collections') }),
  });
  const liveness = await openLivenessStore({
    ...(dataDir === undefined ? {} : { folder: path.join(dataDir, 'liveness') }),
    ...(options.now && { now: options.now }),
  });
  const context: Context = {
    engine,
    text,
    collections,
    liveness,
    readObject,
    writeObject: options.writeObject ?? (() => Promise.reject(new Error('There is no S3 to write to.'))),
    faults,
    region,
    faceModelVersion: FACE_MODEL_VERSION,
  };
  const operations = jsonHandler(
    {
      name: 'rekognition',
      target: 'RekognitionService',
      contentType: 'application/x-amz-json-1.1',
      maxBodyBytes: MAX_BODY_BYTES,
      operation(name) {
        const found = OPERATIONS.get(name);
        return found && ((input) => found.run(context, input));
      },
    },
    { credentials, faults },
  );
  const capture = captureHandler(context);
  return {
    handler: asStandIn(INTRODUCTION, (request, response) =>
      isCapture(request) ? capture(request, response) : operations(request, response),
    ),
    async close() {
      await collections.close();
      if (!options.engine) await engine.close();
      if (!options.text) await text.close();
    },
  };
}

const INTRODUCTION = {
  standIn: 'rekognition',
  note: { liveness: 'A development stand-in: it judges still frames and is no protection against anybody.' },
} as const;
