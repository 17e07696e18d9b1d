import type { Tenant } from '../domain/session.js';
import { type Scope, shardsToSearch } from '../domain/shards.js';
import type { Ports, ShardMap } from './ports.js';

/** The collections a search must ask; without a scope all that hold faces. */
export async function everyCollection(shardMap: ShardMap, tenant: Tenant, scope?: Scope): Promise<string[]> {
  const [shards, generation] = await Promise.all([shardMap.shards(tenant), shardMap.generation(tenant)]);
  return shardsToSearch(shards, scope).map((shard) => shardMap.collection(tenant, shard, generation));
}

/**
 * Every collection that may hold a face of the tenant, whatever the shard map says of it now: all shards, also retired ones,
 * in every generation up to the one that a migration would fill next. Those that searches ask are there, or an operator has
 * to know; of the others only those that exist.
 */
export async function everyCollectionEver(
  { shardMap, collections }: Pick<Ports, 'shardMap' | 'collections'>,
  tenant: Tenant,
): Promise<string[]> {
  const [shards, current] = await Promise.all([shardMap.shards(tenant), shardMap.generation(tenant)]);
  const generations = Array.from({ length: Number(current) + 1 }, (_, before) => String(before + 1));
  const found = await Promise.all(
    shards.flatMap((shard) =>
      generations.map(async (generation) => {
        const collection = shardMap.collection(tenant, shard, generation);
        if (generation === current && shard.status !== 'retired') return collection;
        const exists = await collections.listFaces({ collection, limit: 1 });
        return exists ? collection : undefined;
      }),
    ),
  );
  return found.filter((collection) => collection !== undefined);
}
