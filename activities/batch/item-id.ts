import type { Tenant } from '../../domain/session.js';
import type { Subjects } from '../ports/subjects.js';

/** What an item is known by. */
interface ItemObject {
  bucket: string;
  key: string;
  /** Absent where there is no such object, or it could not be looked at. */
  etag?: string | undefined;
  /** Of a manifest that names the object a second time, that cannot be read, or whose object could not be looked at. */
  line?: number | undefined;
}

/**
 * The id of an item, and the key of its face: 26 characters, the same for the same object whichever job of the account meets it.
 * It outlives an erasure, so it is keyed: nobody who has the photo, or the list of the bucket, can tell by it whose it was.
 */
export type ItemIds = (object: ItemObject) => string;

/** What no user id begins with, so that no item has the pseudonym of a user. */
const NO_USER = '\0';

export function itemIds(subjectOf: Subjects, tenant: Tenant): ItemIds {
  return ({ bucket, key, etag, line }) => {
    const named = [bucket, key, etag ?? '', ...(line === undefined ? [] : [line])];
    return subjectOf(tenant, NO_USER + JSON.stringify(named));
  };
}
