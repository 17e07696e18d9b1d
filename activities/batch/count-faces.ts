import type { Tenant } from '../../domain/session.js';
import { everyCollection } from '../collections.js';
import type { Ports } from '../ports.js';

/**
 * About how many faces the collections have that searches ask, as DescribeCollection says.
 * @throws ApplicationFailure `Throttled`, `DependencyUnavailable`, `OperatorMustAct`
 */
export async function countFaces(
  { shardMap, collections }: Pick<Ports, 'shardMap' | 'collections'>,
  { tenant }: { tenant: Tenant },
): Promise<number> {
  let faces = 0;
  for (const collection of await everyCollection(shardMap, tenant))
    faces += (await collections.countFaces({ collection })) ?? 0;
  return faces;
}
