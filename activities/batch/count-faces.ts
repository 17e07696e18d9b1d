import type { FaceCount } from '../../domain/batch/chunk.js';
import type { Tenant } from '../../domain/session.js';
import { everyCollection } from '../collections.js';
import type { Ports } from '../ports.js';

/**
 * About how many faces the collections have that searches ask, as DescribeCollection says, and how many of those there are.
 * @throws ApplicationFailure `Throttled`, `DependencyUnavailable`, `OperatorMustAct`
 */
export async function countFaces(
  { shardMap, collections }: Pick<Ports, 'shardMap' | 'collections'>,
  { tenant }: { tenant: Tenant },
): Promise<FaceCount> {
  const all = await everyCollection(shardMap, tenant);
  let faces = 0;
  for (const collection of all) faces += (await collections.countFaces({ collection })) ?? 0;
  return { faces, collections: all.length };
}
