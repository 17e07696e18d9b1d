import type { Tenant } from '../../domain/session.js';
import type { Shard } from '../../domain/shards.js';

/** Which collections there are. */
export interface ShardMap {
  shards(tenant: Tenant): Promise<readonly Shard[]>;
  /** Generation that searches read and registrations write. */
  generation(tenant: Tenant): Promise<string>;
  collection(tenant: Tenant, shard: Shard, generation: string): string;
}
