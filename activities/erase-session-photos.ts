import { sessionPhotoPrefixes } from '../domain/photo-keys.js';
import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/**
 * Removes every version of every photo of a session, for good.
 * @param progress called now and then
 * @returns how many versions and delete markers there were
 */
export async function eraseSessionPhotos(
  { photoVersions }: Pick<Ports, 'photoVersions'>,
  tenant: Tenant,
  sessionId: string,
  progress: () => void = () => {},
): Promise<number> {
  let erased = 0;
  for (const prefix of sessionPhotoPrefixes(tenant, sessionId))
    erased += await photoVersions.erase(prefix, { progress });
  return erased;
}
