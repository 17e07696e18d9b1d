import type { Rank } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { Tenant } from '../domain/session.js';
import { chooseShard, type Scope } from '../domain/shards.js';
import type { Ports } from './ports.js';

/** Chooses a shard and puts the face in line, before anybody can see it. A repeat answers what the first one chose. */
export async function placeFace(
  { users, shardMap }: Pick<Ports, 'users' | 'shardMap'>,
  request: {
    tenant: Tenant;
    subject: string;
    faceKey: string;
    rank: Rank;
    image: ImageRef;
    scope?: Scope;
  },
): Promise<{ collection: string; rank: Rank }> {
  const { tenant, subject, faceKey, rank, image, scope } = request;
  const [shards, generation] = await Promise.all([shardMap.shards(tenant), shardMap.generation(tenant)]);
  const collection = shardMap.collection(tenant, chooseShard(shards, subject, scope), generation);
  const placed = await users.placeFace(tenant, { subject, faceKey, rank, image, collection });
  return { collection: placed.collection, rank: placed.rank };
}
