import type { Collection } from '../collections/collection.js';
import { refusals } from '../refusals.js';
import type { Context } from './context.js';

/** The account of AWS's own examples. */
const ACCOUNT = '123456789012';
/** "Limits: a resource can have up to 200 tags" (API_TagResource). */
const MAX_TAGS = 200;

/** ARN of a collection. */
export function arnOf({ region }: Context, collectionId: string): string {
  return `arn:aws:rekognition:${region}:${ACCOUNT}:collection/${collectionId}`;
}

/** The collection of an ARN, also of one without "arn:", as CreateCollection answers it. */
export function collectionOfArn({ collections }: Context, arn: string): Collection {
  const [, id] = /^(?:arn:)?aws:rekognition:[^:]+:\d{12}:collection\/(.+)$/.exec(arn) ?? [];
  const found = id === undefined ? undefined : collections.get(id);
  if (!found) throw refusals.resourceNotFound(arn);
  return found;
}

/** Throws ServiceQuotaExceededException. */
export function checkTagCount(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > MAX_TAGS) throw refusals.tooManyTags();
}
