import type { Shard } from '../../domain/shards.js';
import type { ShardMap } from '../ports.js';

/** The shard map of the configuration: the same shards for every account and mode, generation 1. */
export function createShardMap(shards: readonly Shard[], prefix: string): ShardMap {
  return {
    shards: async () => shards,
    generation: async () => '1',
    collection: ({ account, mode }, shard, generation) =>
      `${prefix}-${account}-${mode}-${shard.id}-g${generation}`,
  };
}
