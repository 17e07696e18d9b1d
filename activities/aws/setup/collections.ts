import {
  CreateCollectionCommand,
  DescribeCollectionCommand,
  type RekognitionClient,
} from '@aws-sdk/client-rekognition';
import type { Tenant } from '../../../domain/session.js';
import type { ShardMap } from '../../ports.js';
import type { AwsSettings } from '../settings.js';
import { collectionArn } from './arns.js';
import { call, unless } from './call.js';
import type { Part } from './part.js';

/**
 * The collections of a tenant: one a shard that is not retired, of the generation that is read. A new one gets the
 * newest face model (whitepaper, "Model Versioning").
 */
export function collectionsPart(
  client: RekognitionClient,
  settings: AwsSettings,
  shardMap: ShardMap,
  tenant: Tenant,
): Part {
  const { account, mode } = tenant;
  const absent = async () => {
    const generation = await shardMap.generation(tenant);
    const found: { collection: string; shard: string }[] = [];
    for (const shard of await shardMap.shards(tenant)) {
      const collection = shardMap.collection(tenant, shard, generation);
      if (shard.status === 'retired' || (await exists(collection))) continue;
      found.push({ collection, shard: shard.id });
    }
    return found;
  };
  const exists = async (CollectionId: string) => {
    const command = new DescribeCollectionCommand({ CollectionId });
    const arn = collectionArn(settings, CollectionId);
    const answer = call('rekognition:DescribeCollection', arn, () => client.send(command));
    return (await unless(['ResourceNotFoundException'], answer)) !== undefined;
  };

  return {
    name: `collections of ${account}, ${mode}`,
    async missing() {
      const names = (await absent()).map(({ collection }) => collection);
      if (names.length === 0) return undefined;
      return `${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not exist`;
    },
    async make() {
      for (const { collection, shard } of await absent()) {
        const command = new CreateCollectionCommand({
          CollectionId: collection,
          Tags: { application: 'idv', account, mode, shard },
        });
        // CreateCollection takes no resource in a policy; tagging does, and AWS names it where that is what lacks.
        const making = call('rekognition:CreateCollection', '*', () => client.send(command));
        await unless(['ResourceAlreadyExistsException'], making); // somebody else was faster
      }
    },
  };
}
