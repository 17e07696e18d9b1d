import type { Ports } from '../ports.js';
import { createArchive } from './archive.js';
import { createAwsClients, createS3Clients } from './clients.js';
import { createBatchTable } from './dynamodb/batch-table.js';
import { createBatchUsers } from './dynamodb/batch-users.js';
import { createDocumentTable } from './dynamodb/document-table.js';
import { createErasureStore } from './dynamodb/erasures.js';
import { createEventTable } from './dynamodb/events.js';
import { createExpiringTable } from './dynamodb/expiring.js';
import { createFactTable } from './dynamodb/facts.js';
import { createLivenessFailures } from './dynamodb/liveness-failures.js';
import { createReconcileTable } from './dynamodb/reconcile-table.js';
import { createSeal, type SealKey } from './dynamodb/seal.js';
import { createSessionTable } from './dynamodb/session-table.js';
import { createUserTable } from './dynamodb/user-table.js';
import { createFaceCollections } from './face-collections.js';
import { createFaceIndex } from './face-index.js';
import { createLiveness } from './liveness.js';
import { createPace } from './pace.js';
import { createPhotoStore } from './photo-store.js';
import { createPhotoVersions } from './photo-versions.js';
import type { AwsSettings } from './settings.js';
import { createShardMap } from './shard-map.js';
import { mayStandIn, refuseStandIn } from './stand-ins.js';
import { createSubjects } from './subjects.js';
import { createAnalyzeIdReader } from './text/analyze-id.js';
import { createDetectTextReader } from './text/detect-text.js';

/** Every port over AWS (or the twin: the endpoints are the SDK's own environment variables). */
export function createPorts(
  settings: AwsSettings,
  fieldKeys: readonly SealKey[],
  pseudonymKey: Uint8Array,
): Ports & { destroy(): void } {
  const clients = createAwsClients(settings);
  if (!mayStandIn()) for (const judge of [clients.rekognition, clients.textract]) refuseStandIn(judge);
  const seal = createSeal(fieldKeys);
  const buckets = createS3Clients(clients.s3, settings.AWS_REGION);
  const photos = createPhotoStore(buckets);
  const archive = createArchive(buckets);
  const pace = createPace(settings.IDV_REKOGNITION_TPS);
  const photosBy = {
    pace,
    region: settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION,
    home: settings.AWS_REGION,
    photos,
    archive,
  };
  return {
    liveness: createLiveness(clients.rekognition, { bucket: settings.IDV_BUCKET, pace }),
    livenessFailures: createLivenessFailures(clients.dynamodb, settings.IDV_TABLE),
    faces: createFaceIndex(clients.rekognition, photosBy),
    texts: {
      detect_text: createDetectTextReader(clients.rekognition, photosBy),
      analyze_id: createAnalyzeIdReader(clients.textract, photosBy),
    },
    documents: createDocumentTable(clients.dynamodb, settings.IDV_TABLE, seal, pseudonymKey),
    photos,
    sessions: createSessionTable(clients.dynamodb, settings.IDV_TABLE, seal),
    expiring: createExpiringTable(clients.dynamodb, settings.IDV_TABLE),
    facts: createFactTable(clients.dynamodb, settings.IDV_TABLE, seal),
    events: createEventTable(clients.dynamodb, settings.IDV_TABLE),
    users: createUserTable(clients.dynamodb, settings.IDV_TABLE, seal),
    shardMap: createShardMap(settings.IDV_SHARDS, settings.IDV_COLLECTION_PREFIX),
    collections: createFaceCollections(clients.rekognition, pace),
    photoVersions: createPhotoVersions(clients.s3, settings.IDV_BUCKET),
    erasures: createErasureStore(clients.dynamodb, settings.IDV_TABLE),
    reconcileTable: createReconcileTable(clients.dynamodb, settings.IDV_TABLE, seal),
    subjectOf: createSubjects(pseudonymKey),
    archive,
    batches: createBatchTable(clients.dynamodb, settings.IDV_TABLE, seal),
    batchUsers: createBatchUsers(clients.dynamodb, settings.IDV_TABLE, seal),
    destroy() {
      clients.destroy();
      buckets.destroy();
    },
  };
}
