import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControlServer } from './control-server.js';
import { createDynamoDb } from './dynamodb/server.js';
import { createFaults, type Faults } from './faults.js';
import { explainedPort, listen } from './http/listen.js';
import { PORTS } from './ports.js';
import type { FaceEngine } from './rekognition/engine/face-engine.js';
import { createRekognition } from './rekognition/server.js';
import { createS3 } from './s3/server.js';
import type { Credentials } from './sigv4.js';
import { ocrEngine } from './text/ocr-engine.js';
import { rememberingTextEngine } from './text/remembering-text-engine.js';
import type { TextEngine } from './text/text-engine.js';
import { createTextract } from './textract/server.js';

/** The running twin of DynamoDB, S3, Rekognition and Textract. */
export interface Twin {
  /** URLs on 127.0.0.1, without a slash at the end. `control` is the port that sets faults and lists requests. */
  endpoints: { dynamodb: string; s3: string; rekognition: string; textract: string; control: string };
  /** The only key pair that the services accept. */
  credentials: Credentials;
  /** What the control port does, for whoever runs the twin in its own process. */
  faults: Faults;
  /** Lets calls in flight finish, for up to a second; frees ports and data directory. */
  close(): Promise<void>;
}

/** Where the twin keeps its data, listens, and whom it lets in. */
export interface TwinOptions {
  /** Kept from one start to the next; absent: a temporary directory that `close` removes. */
  dataDir?: string;
  /** 0, the default: any free port. */
  ports?: { dynamodb?: number; s3?: number; rekognition?: number; textract?: number; control?: number };
  /** Absent: `idv-local` with a secret that is no secret. */
  credentials?: Credentials;
  /** `workers`: threads for face work, 2 by default; `engine`: in place of the real one. */
  rekognition?: { workers?: number; engine?: FaceEngine; rememberedPhotos?: number };
  /** Reads text for Rekognition and Textract, in place of the real engine, e.g. `constantTimeTextEngine()`. */
  text?: TextEngine;
  /** Where the services listen, 127.0.0.1 by default; in a container 0.0.0.0. The control port stays on loopback. */
  host?: string;
}

const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'idv-local', secretAccessKey: 'idv-local-secret' };

/**
 * Starts the twin, on loopback only. Throws an Error that says what to do when a port is taken or the data directory is in
 * use by another twin; nothing is left running then.
 */
export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const { ports = {}, credentials = LOCAL_CREDENTIALS, host = '127.0.0.1' } = options;
  const faults = createFaults();
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    faults.clearRules(); // frees calls that hang
    for (const step of closing.splice(0).reverse()) await step(); // listeners first, then what they serve, then files
  };

  try {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'idv-twin-')));
    if (options.dataDir === undefined) closing.push(() => rm(dataDir, { recursive: true, force: true }));

    const shared = { credentials, faults };
    const s3 = await unlocked(dataDir, createS3({ ...shared, directory: join(dataDir, 's3') }));
    closing.push(s3.close);
    const dynamodb = await unlocked(
      dataDir,
      createDynamoDb({ ...shared, directory: join(dataDir, 'dynamodb') }),
    );
    closing.push(dynamodb.close);

    const text = options.text ?? rememberingTextEngine(ocrEngine(), options.rekognition?.rememberedPhotos);
    if (!options.text) closing.push(text.close);
    const rekognition = await createRekognition({
      ...shared,
      ...options.rekognition,
      text,
      dataDir: join(dataDir, 'rekognition'),
      readObject: s3.readObject,
      writeObject: s3.writeObject,
    });
    closing.push(rekognition.close);

    const serve = async (name: keyof typeof services) => {
      const { owner, variable } = PORTS[name];
      const at = { port: ports[name] ?? 0, owner, variable, host };
      const listening = await listen(services[name].handler, at);
      closing.push(listening.close);
      return listening.url;
    };
    const textract = createTextract({ ...shared, text, readObject: s3.readObject });
    const services = { dynamodb, s3, rekognition, textract };
    const endpoints = {
      dynamodb: await serve('dynamodb'),
      s3: await serve('s3'),
      rekognition: await serve('rekognition'),
      textract: await serve('textract'),
    };
    const control = await startControlServer({ faults, port: ports.control ?? 0 }).catch((error) => {
      throw explainedPort(error, { port: ports.control ?? 0, ...PORTS.twinControl });
    });
    closing.push(control.close);
    return { endpoints: { ...endpoints, control: control.url }, credentials, faults, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** LevelDB locks its directory for one process, and the lock goes with the process, however it ends. */
async function unlocked<T>(dataDir: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    if ((error as { cause?: { code?: string } }).cause?.code !== 'LEVEL_LOCKED') throw error;
    throw new Error(
      `The data directory ${dataDir} is in use by another twin. Stop it, or give this one a directory of its own.`,
      { cause: error },
    );
  }
}
