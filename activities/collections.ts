import type { Tenant } from '../domain/session.js';
import { type Scope, shardsToSearch } from '../domain/shards.js';
import type { ShardMap } from './ports.js';

/** The collections a search must ask; without a scope all that hold faces. */
export async function everyCollection(shardMap: ShardMap, tenant: Tenant, scope?: Scope): Promise<string[]> {
  const [shards, generation] = await Promise.all([shardMap.shards(tenant), shardMap.generation(tenant)]);
  return shardsToSearch(shards, scope).map((shard) => shardMap.collection(tenant, shard, generation));
}
