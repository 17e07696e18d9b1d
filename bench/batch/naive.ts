import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { createPorts } from '../../activities/aws/create-ports.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { itemIds } from '../../activities/batch/item-id.js';
import { readRange, splitSource } from '../../activities/batch/split-source.js';
import type { SourcePosition } from '../../domain/batch/chunk.js';
import type { BatchSpec } from '../../domain/batch/job.js';
import type { SourceItem } from '../../domain/batch/source.js';
import { externalImageId } from '../../domain/face-record.js';
import type { Policy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import { chooseShard } from '../../domain/shards.js';

/** What the naive workflow starts with, and goes on with. */
export interface NaiveInput {
  tenant: Tenant;
  jobId: string;
  spec: BatchSpec;
  policy: Policy;
  position?: SourcePosition;
  done: number;
}

/** One activity for each photo: the shape that comes to mind first. It makes the same calls for a photo, and no others. */
export function createNaive(ports: ReturnType<typeof createPorts>) {
  const dynamodb = new DynamoDBClient({ maxAttempts: 1 });
  const { IDV_TABLE } = awsSettings();
  return {
    async listPhotos({ tenant, spec, position }: NaiveInput) {
      const from = position ? { position } : {};
      const split = await splitSource(ports, {
        tenant,
        source: spec.source,
        chunkItems: 200,
        chunks: 1,
        ...from,
      });
      const [range] = split.chunks;
      const items = range ? await readRange(ports, spec.source, range.range) : [];
      return { items, ...(split.position ? { position: split.position } : {}) };
    },

    async indexPhoto({
      tenant,
      jobId,
      policy,
      item,
    }: Omit<NaiveInput, 'spec' | 'done'> & { item: SourceItem }) {
      const { bucket, key, etag, userId = '' } = item;
      const subject = ports.subjectOf(tenant, userId);
      const faceKey = itemIds(ports.subjectOf, tenant)({ bucket, key, etag });
      const [shards, generation] = await Promise.all([
        ports.shardMap.shards(tenant),
        ports.shardMap.generation(tenant),
      ]);
      await ports.batchUsers.hold(tenant, { subject, userId, holder: jobId, faceKey });
      const { faces } = await ports.faces.indexPhoto({
        collection: ports.shardMap.collection(tenant, chooseShard(shards, subject), generation),
        image: { bucket, key },
        externalImageId: externalImageId(subject, faceKey),
        qualityFilter: policy.qualityFilter,
      });
      const [face] = faces;
      if (!face) throw new Error('The twin always finds a face.');
      const rank = { startedAt: Date.now(), sessionId: jobId };
      const image = { bucket, key };
      await ports.batchUsers.commit(tenant, { subject, faceKey, rank, chunk: 0, generation, face, image });
      const row = { pk: `NAIVE#${jobId}`, sk: faceKey, subject, face, status: 'indexed', at: Date.now() };
      await dynamodb.send(new PutItemCommand({ TableName: IDV_TABLE, Item: marshall(row) }));
      await ports.users.settle(tenant, subject, jobId);
      return { status: 'indexed' };
    },
  };
}

export type Naive = ReturnType<typeof createNaive>;
