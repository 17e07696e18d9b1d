import type { Ports } from '../ports.js';
import { createAwsClients } from './clients.js';
import { createErasureStore } from './dynamodb/erasures.js';
import { createSeal, type SealKey } from './dynamodb/seal.js';
import { createSessionTable } from './dynamodb/session-table.js';
import { createUserTable } from './dynamodb/user-table.js';
import { createFaceIndex } from './face-index.js';
import { createFaceCollections } from './face-collections.js';
import { createPace } from './pace.js';
import { createPhotoStore } from './photo-store.js';
import type { AwsSettings } from './settings.js';
import { createShardMap } from './shard-map.js';
import { createPhotoVersions } from './photo-versions.js';

/** Every port over AWS (or the twin: the endpoints are the SDK's own environment variables). */
export function createPorts(
  settings: AwsSettings,
  fieldKeys: readonly SealKey[],
): Ports & { destroy(): void } {
  const clients = createAwsClients(settings);
  const seal = createSeal(fieldKeys);
  const photos = createPhotoStore(clients.s3);
  const pace = createPace(settings.IDV_REKOGNITION_TPS);
  const elsewhere = (settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION) !== settings.AWS_REGION;
  return {
    faces: createFaceIndex(
      clients.rekognition,
      elsewhere ? { pace, sendBytes: true, photos } : { pace, sendBytes: false },
    ),
    photos,
    sessions: createSessionTable(clients.dynamodb, settings.IDV_TABLE, seal),
    users: createUserTable(clients.dynamodb, settings.IDV_TABLE, seal),
    shardMap: createShardMap(settings.IDV_SHARDS, settings.IDV_COLLECTION_PREFIX),
    destroy: () => clients.destroy(),
  };
}
    collections: createFaceCollections(clients.rekognition, pace),
    photoVersions: createPhotoVersions(clients.s3, settings.IDV_BUCKET),
    erasures: createErasureStore(clients.dynamodb, settings.IDV_TABLE),
