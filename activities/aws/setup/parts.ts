import type { Tenant } from '../../../domain/session.js';
import type { AwsClients } from '../clients.js';
import type { AwsSettings } from '../settings.js';
import { createShardMap } from '../shard-map.js';
import { bucketPart } from './bucket.js';
import { bucketOptionParts } from './bucket-options.js';
import { collectionsPart } from './collections.js';
import type { Part } from './part.js';
import { tablePart } from './table.js';
import { tableOptionParts } from './table-options.js';

/** Everything the service needs of AWS, in the order in which it can be made. */
export function awsParts(
  clients: Pick<AwsClients, 'dynamodb' | 's3' | 'rekognition'>,
  settings: AwsSettings,
  { tenants, tlsOnly }: { tenants: readonly Tenant[]; tlsOnly: boolean },
): Part[] {
  const shardMap = createShardMap(settings.IDV_SHARDS, settings.IDV_COLLECTION_PREFIX);
  return [
    tablePart(clients.dynamodb, settings),
    ...tableOptionParts(clients.dynamodb, settings),
    bucketPart(clients.s3, settings),
    ...bucketOptionParts(clients.s3, settings, tlsOnly),
    ...tenants.map((tenant) => collectionsPart(clients.rekognition, settings, shardMap, tenant)),
  ];
}
