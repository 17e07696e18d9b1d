import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AwsClients } from '../../activities/aws/clients.js';
import type { AwsSettings } from '../../activities/aws/settings.js';
import { createShardMap } from '../../activities/aws/shard-map.js';
import type { Tenant } from '../../domain/session.js';

/** Everything there is of a tenant. */
export interface Leftovers {
  /** `<partition key without account and mode> <sort key>`, sorted. */
  rows: string[];
  /** Versions and delete markers alike. */
  objects: string[];
  /** `<shard>: <ExternalImageId>`. */
  faces: string[];
}

export async function leftovers(
  clients: AwsClients,
  settings: AwsSettings,
  tenant: Tenant,
): Promise<Leftovers> {
  const [rows, objects, faces] = await Promise.all([
    rowsOf(clients.dynamodb, settings.IDV_TABLE, tenant),
    objectsOf(clients, settings.IDV_BUCKET, tenant),
    facesOf(clients, settings, tenant),
  ]);
  return { rows, objects, faces };
}

async function rowsOf(client: DynamoDBClient, table: string, tenant: Tenant): Promise<string[]> {
  const prefix = `${tenant.account}#${tenant.mode}#`;
  const rows: string[] = [];
  let startKey: ScanCommand['input']['ExclusiveStartKey'];
  do {
    const output = await client.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: marshall({ ':prefix': prefix }),
        ConsistentRead: true,
        ExclusiveStartKey: startKey,
      }),
    );
    for (const item of output.Items ?? []) {
      const { pk, sk } = unmarshall(item);
      rows.push(`${String(pk).slice(prefix.length)} ${sk}`);
    }
    startKey = output.LastEvaluatedKey;
  } while (startKey);
  return rows.sort();
}

async function objectsOf({ s3 }: AwsClients, bucket: string, tenant: Tenant): Promise<string[]> {
  const pages = await Promise.all(
    ['incoming', 'retained', 'faces'].map((room) =>
      s3.send(
        new ListObjectVersionsCommand({
          Bucket: bucket,
          Prefix: `${room}/${tenant.account}/${tenant.mode}/`,
        }),
      ),
    ),
  );
  return pages.flatMap(({ Versions, DeleteMarkers }) => [
    ...(Versions ?? []).map(({ Key }) => String(Key)),
    ...(DeleteMarkers ?? []).map(({ Key }) => `${Key} (marker)`),
  ]);
}

async function facesOf(
  { rekognition }: AwsClients,
  settings: AwsSettings,
  tenant: Tenant,
): Promise<string[]> {
  const shardMap = createShardMap(settings.IDV_SHARDS, settings.IDV_COLLECTION_PREFIX);
  const pages = await Promise.all(
    settings.IDV_SHARDS.map(async (shard) => {
      const CollectionId = shardMap.collection(tenant, shard, '1');
      const { Faces } = await rekognition.send(new ListFacesCommand({ CollectionId }));
      return (Faces ?? []).map(({ ExternalImageId }) => `${shard.id}: ${ExternalImageId}`);
    }),
  );
  return pages.flat();
}
