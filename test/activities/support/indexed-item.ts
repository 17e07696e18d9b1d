import { externalImageId } from '../../../domain/face-record.js';
import type { StoredImage } from '../../../domain/image-ref.js';
import type { Tenant } from '../../../domain/session.js';
import type { OnTwin } from './on-twin.js';
import { subjectOf } from './registered.js';

export const JOB = 'bj_abcdefghijklmnopqrstuvwx';

export interface IndexedItem {
  subject: string;
  itemId: string;
  faceId: string;
  collection: string;
  chunk: number;
}

/** A photo as a batch job indexed it: a user whose row vouches for its face, and a line in the ledger of a chunk. */
export async function indexedItem(
  { ports, collection: collectionOf }: OnTwin,
  tenant: Tenant,
  item: { user: string; image: StoredImage; chunk?: number; shard?: string; serial?: string; jobId?: string },
): Promise<IndexedItem> {
  const { user, image, chunk = 0, shard = 's0', serial = '', jobId = JOB } = item;
  const subject = subjectOf(user);
  const faceKey = subjectOf(`item${user}${serial}`);
  const collection = collectionOf(tenant, shard);
  const name = externalImageId(subject, faceKey);
  const { face } = await ports.faces.indexFace({
    collection,
    image,
    externalImageId: name,
    qualityFilter: 'NONE',
  });
  if (!face) throw new Error('The photo has no face.');
  await ports.batchUsers.hold(tenant, { subject, userId: user, holder: `${jobId}.${chunk}`, faceKey });
  const rank = { startedAt: 1_000, sessionId: jobId };
  await ports.batchUsers.commit(tenant, { subject, faceKey, rank, chunk, generation: '1', face, image });
  await ports.users.settle(tenant, subject, `${jobId}.${chunk}`);
  const claim = await ports.batches.claim(tenant, jobId, chunk);
  const uri = `s3://${image.bucket}/${image.key}`;
  const outcome = {
    itemId: faceKey,
    chunk,
    status: 'indexed',
    uri,
    userId: user,
    subject,
    face,
    at: 1_000,
  } as const;
  if (!(await ports.batches.record(tenant, jobId, claim, [outcome]))) throw new Error('The claim was lost.');
  return { subject, itemId: faceKey, faceId: face.faceId, collection, chunk };
}
