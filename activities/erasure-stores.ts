import { type ErasedPhotos, userPhotoPrefix } from '../domain/erasure.js';
import type { StoredImage } from '../domain/image-ref.js';
import type { Tenant } from '../domain/session.js';
import { eraseUploads } from './batch/erase-uploads.js';
import { forgetBatchItems } from './batch/forget-batch-items.js';
import { eraseFaces } from './erase-faces.js';
import { eraseSessionPhotos } from './erase-session-photos.js';
import type { Ports } from './ports.js';

/** Whose data is to go. */
export interface Erasing {
  tenant: Tenant;
  subject: string;
  /** Kept for the last search. */
  lastPhoto?: StoredImage;
  /** Sessions that were under way when the erasure began: their rows may be gone before their last photo has come. */
  sessions: readonly string[];
}

/** A place that holds data of users. */
interface Store {
  /** As the receipt names it. */
  name: string;
  /** Removes all that is there of the user, and may be repeated. `progress` is called now and then. @returns how much */
  erase(ports: Ports, erasing: Erasing, progress: () => void): Promise<number | ErasedPhotos>;
}

/** Every place that holds data of users, in the order in which it is emptied: what leads to others goes after them. */
export const erasureStores: readonly Store[] = [
  { name: 'faces', erase: eraseFaces },
  { name: 'uploaded_photos', erase: eraseUploads },
  { name: 'batch_items', erase: forgetBatchItems },
  {
    name: 'documents',
    erase: ({ erasures }, { tenant, subject }) => erasures.removeDocuments(tenant, subject),
  },
  {
    name: 'session_photos',
    erase: (ports, erasing, progress) =>
      forSessions(ports, erasing, (sessionId) =>
        eraseSessionPhotos(ports, erasing.tenant, sessionId, progress),
      ),
  },
  {
    name: 'sessions',
    erase: (ports, erasing, progress) =>
      forSessions(ports, erasing, (sessionId) => {
        progress();
        return ports.erasures.removeSession(erasing.tenant, sessionId);
      }),
  },
  {
    name: 'photos',
    erase: ({ photoVersions }, { tenant, subject, lastPhoto }, progress) =>
      photoVersions.erase(userPhotoPrefix(tenant, subject), {
        progress,
        ...(lastPhoto ? { except: lastPhoto.key } : {}),
      }),
  },
  { name: 'user', erase: ({ erasures }, { tenant, subject }) => erasures.removeUser(tenant, subject) },
];

/** Erases something of each session of the user, one after the other. @returns how much of all of them */
async function forSessions(
  { erasures }: Ports,
  { tenant, subject, sessions }: Erasing,
  erase: (sessionId: string) => Promise<number>,
): Promise<number> {
  const listed = await erasures.sessions(tenant, subject);
  let erased = 0;
  for (const sessionId of new Set([...sessions, ...listed.map((session) => session.sessionId)]))
    erased += await erase(sessionId);
  return erased;
}
