import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { TextractClient } from '@aws-sdk/client-textract';
import { createArchive } from '../../../activities/aws/archive.js';
import type { AwsClients } from '../../../activities/aws/clients.js';
import { createBatchTable } from '../../../activities/aws/dynamodb/batch-table.js';
import { createBatchUsers } from '../../../activities/aws/dynamodb/batch-users.js';
import { createDocumentTable } from '../../../activities/aws/dynamodb/document-table.js';
import { createErasureStore } from '../../../activities/aws/dynamodb/erasures.js';
import { createEventTable } from '../../../activities/aws/dynamodb/events.js';
import { createExpiringTable } from '../../../activities/aws/dynamodb/expiring.js';
import { createFactTable } from '../../../activities/aws/dynamodb/facts.js';
import { createLivenessFailures } from '../../../activities/aws/dynamodb/liveness-failures.js';
import { createReconcileTable } from '../../../activities/aws/dynamodb/reconcile-table.js';
import { createSeal, type SealKey } from '../../../activities/aws/dynamodb/seal.js';
import { createSessionTable } from '../../../activities/aws/dynamodb/session-table.js';
import { createUserTable } from '../../../activities/aws/dynamodb/user-table.js';
import { createFaceCollections } from '../../../activities/aws/face-collections.js';
import { createFaceIndex } from '../../../activities/aws/face-index.js';
import { createLiveness } from '../../../activities/aws/liveness.js';
import { createPhotoStore } from '../../../activities/aws/photo-store.js';
import { createPhotoVersions } from '../../../activities/aws/photo-versions.js';
import { type AwsSettings, awsSettings } from '../../../activities/aws/settings.js';
import { awsParts } from '../../../activities/aws/setup/parts.js';
import { createShardMap } from '../../../activities/aws/shard-map.js';
import { createSubjects } from '../../../activities/aws/subjects.js';
import { createAnalyzeIdReader } from '../../../activities/aws/text/analyze-id.js';
import { createDetectTextReader } from '../../../activities/aws/text/detect-text.js';
import type { Ports } from '../../../activities/ports.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import type { Tenant } from '../../../domain/session.js';
import type { FaultRule } from '../../../local/faults.js';
import type { FaceEngine } from '../../../local/rekognition/engine/face-engine.js';
import { startTwin, type Twin } from '../../../local/twin.js';
import { onTeardown } from '../../support/teardown.js';
import { refOf, scriptedEngine } from './pictures.js';

/** The ports of the service over a twin that sees in images what their bytes say. */
export interface OnTwin {
  twin: Twin;
  clients: AwsClients;
  settings: AwsSettings;
  ports: Ports;
  /** A tenant nobody else uses, with empty collections. */
  tenant(): Promise<Tenant>;
  collection(tenant: Tenant, shard?: string): string;
  /** Puts an image where Rekognition reads it. */
  store(bytes: Uint8Array): Promise<ImageRef>;
  /** Operations received since the last call of it. */
  calls(): string[];
}

export const sealKey: SealKey = { id: 'f1', key: new Uint8Array(32).fill(7) };

let shared: Promise<OnTwin> | undefined;

/** Shared by the whole run; `undisturbed` after each test that disturbed it. */
export function onTwin(): Promise<OnTwin> {
  shared ??= start();
  return shared;
}

/** Ends every disturbance. */
export function undisturbed({ twin }: OnTwin): void {
  twin.faults.reset();
}

/** The next call of the operation takes effect, and its answer is lost. */
export function loseAnswer({ twin }: OnTwin, service: FaultRule['service'], operation: string): void {
  twin.faults.addRule({ service, operation, when: 'after', error: 'drop', times: 1 });
}

/** Every call of the operation that mentions `match` is refused with an error of this name. */
export function refuse(
  { twin }: OnTwin,
  service: FaultRule['service'],
  operation: string,
  name: string,
  match?: string,
): void {
  const error = { name, status: service === 's3' ? 403 : 400, message: 'quotes u-secret' };
  twin.faults.addRule({ service, operation, when: 'before', error, ...(match ? { match } : {}) });
}

const start = () => startOnTwin({ engine: scriptedEngine });

/** One of your own. @param rekognition the real engine without one */
export async function startOnTwin(rekognition: { engine?: FaceEngine } = {}): Promise<OnTwin> {
  const twin = await startTwin({ rekognition });
  onTeardown(() => twin.close());
  const clients = clientsOf(twin);
  onTeardown(async () => clients.destroy());
  const settings = awsSettings({});
  await makeParts(clients, settings, []);

  const shardMap = createShardMap(settings.IDV_SHARDS, settings.IDV_COLLECTION_PREFIX);
  const seal = createSeal([sealKey]);
  const buckets = { in: () => clients.s3, destroy: () => undefined };
  const photos = createPhotoStore(buckets);
  const archive = createArchive(buckets);
  const region = settings.AWS_REGION;
  const photosBy = { pace: async () => undefined, region, home: region, photos, archive };
  const ports: Ports = {
    liveness: createLiveness(clients.rekognition, {
      bucket: settings.IDV_BUCKET,
      pace: async () => undefined,
    }),
    livenessFailures: createLivenessFailures(clients.dynamodb, settings.IDV_TABLE),
    faces: createFaceIndex(clients.rekognition, photosBy),
    texts: {
      detect_text: createDetectTextReader(clients.rekognition, photosBy),
      analyze_id: createAnalyzeIdReader(clients.textract, photosBy),
    },
    documents: createDocumentTable(clients.dynamodb, settings.IDV_TABLE, seal, new Uint8Array(32).fill(9)),
    photos,
    sessions: createSessionTable(clients.dynamodb, settings.IDV_TABLE, seal),
    expiring: createExpiringTable(clients.dynamodb, settings.IDV_TABLE),
    facts: createFactTable(clients.dynamodb, settings.IDV_TABLE, seal),
    events: createEventTable(clients.dynamodb, settings.IDV_TABLE),
    users: createUserTable(clients.dynamodb, settings.IDV_TABLE, seal),
    shardMap,
    collections: createFaceCollections(clients.rekognition, async () => undefined),
    photoVersions: createPhotoVersions(clients.s3, settings.IDV_BUCKET),
    erasures: createErasureStore(clients.dynamodb, settings.IDV_TABLE),
    reconcileTable: createReconcileTable(clients.dynamodb, settings.IDV_TABLE, seal),
    subjectOf: createSubjects(new Uint8Array(32).fill(9)),
    archive,
    batches: createBatchTable(clients.dynamodb, settings.IDV_TABLE, seal),
    batchUsers: createBatchUsers(clients.dynamodb, settings.IDV_TABLE, seal),
  };
  let tenants = 0;
  return {
    twin,
    clients,
    settings,
    ports,
    async tenant() {
      const tenant: Tenant = { account: `t${tenants++}`, mode: 'test' };
      await makeParts(clients, settings, [tenant]);
      return tenant;
    },
    collection: (tenant, shard = 's0') => shardMap.collection(tenant, { id: shard, status: 'active' }, '1'),
    async store(bytes) {
      const ref = refOf(bytes, settings.IDV_BUCKET);
      await photos.put(ref, bytes, 'image/jpeg');
      return ref;
    },
    calls() {
      const operations = twin.faults.requests().map(({ operation }) => operation);
      twin.faults.clearRequests();
      return operations;
    },
  };
}

async function makeParts(clients: AwsClients, settings: AwsSettings, tenants: Tenant[]): Promise<void> {
  for (const part of awsParts(clients, settings, { tenants, tlsOnly: false })) {
    if (await part.missing()) await part.make();
  }
}

function clientsOf({ endpoints, credentials }: Twin): AwsClients {
  const common = { region: 'us-east-1', credentials, maxAttempts: 1 };
  const dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb });
  const rekognition = new RekognitionClient({ ...common, endpoint: endpoints.rekognition });
  const textract = new TextractClient({ ...common, endpoint: endpoints.textract });
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true });
  return {
    dynamodb,
    rekognition,
    textract,
    s3,
    destroy() {
      for (const client of [dynamodb, rekognition, textract, s3]) client.destroy();
    },
  };
}
