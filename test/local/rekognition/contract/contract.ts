import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  CreateCollectionCommand,
  IndexFacesCommand,
  type IndexFacesCommandInput,
  type IndexFacesCommandOutput,
  type RekognitionClient,
} from '@aws-sdk/client-rekognition';
import type { Faults } from '../../../../local/faults.js';
import { textEngine } from '../../text/engine.js';
import { engine } from '../photos.js';
import { type Running, startRekognition } from '../support.js';

/** One sentence of AWS's documentation that the twin keeps. */
export interface Row {
  /** What is true. */
  says: string;
  /** Where AWS says so. */
  page: `https://docs.aws.amazon.com/${string}`;
  check(twin: Twin): Promise<void>;
}

/** What a row works with. */
export interface Twin {
  client: RekognitionClient;
  url: string;
  faults: Faults;
  /** Objects that can be read as S3Object. */
  objects: Map<string, Uint8Array>;
  /** A new collection; answers its id. */
  collection(): Promise<string>;
  /** IndexFaces on bytes. */
  index(
    CollectionId: string,
    Bytes: Uint8Array,
    more?: Partial<IndexFacesCommandInput>,
  ): Promise<IndexFacesCommandOutput>;
}

const API = 'https://docs.aws.amazon.com/rekognition/latest/APIReference';
/** A page of the API reference. */
export const api = (name: string): Row['page'] => `${API}/API_${name}.html`;
/** A page of the developer guide. */
export const guide = (name: string): Row['page'] =>
  `https://docs.aws.amazon.com/rekognition/latest/dg/${name}.html`;

/** Runs the rows, each against the same twin with settings reset. */
export function contract(title: string, rows: readonly Row[]): void {
  describe(title, function () {
    this.timeout(30_000);
    const objects = new Map<string, Uint8Array>();
    let running: Running;
    before(async () => {
      running = await startRekognition({
        engine,
        text: textEngine,
        async readObject({ bucket, key, version }) {
          const found = objects.get([bucket, key, version].filter(Boolean).join('/'));
          if (!found) throw Object.assign(new Error('no such object'), { name: 'NoSuchKey' });
          return found;
        },
      });
    });
    beforeEach(() => running.faults.reset());
    after(() => running.close());

    for (const { says, page, check } of rows) {
      it(`${says} (${page.split('/').at(-1)})`, () => check(twinOf(running, objects)));
    }
  });
}

function twinOf({ client, url, faults }: Running, objects: Map<string, Uint8Array>): Twin {
  return {
    client,
    url,
    faults,
    objects,
    async collection() {
      const CollectionId = randomUUID();
      await client.send(new CreateCollectionCommand({ CollectionId }));
      return CollectionId;
    },
    index: (CollectionId, Bytes, more = {}) =>
      client.send(new IndexFacesCommand({ CollectionId, Image: { Bytes }, ...more })),
  };
}

/** Asserts that a call is answered with this error, typed as the SDK types it, and HTTP status. */
export async function refused(
  call: Promise<unknown>,
  name: string,
  message?: RegExp,
  status = 400,
): Promise<void> {
  await assert.rejects(
    call,
    (error: Error & { $metadata?: { httpStatusCode?: number; requestId?: string } }) => {
      assert.equal(error.name, name);
      if (message) assert.match(error.message, message);
      assert.equal(error.$metadata?.httpStatusCode, status);
      assert.match(error.$metadata?.requestId ?? '', /^[0-9a-f-]{36}$/);
      return true;
    },
  );
}
