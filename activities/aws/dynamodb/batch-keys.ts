import type { ItemOutcome, ItemReason, ItemStatus } from '../../../domain/batch/item.js';
import type { PairName } from '../../../domain/batch/pair.js';
import type { Tenant } from '../../../domain/session.js';
import { LIST_PARTITIONS, scope, userPartition } from './keys.js';

const jobPartition = (tenant: Tenant, jobId: string) => `${scope(tenant)}#BATCH#${jobId}`;

/** The row of a job. */
export function jobKey(tenant: Tenant, jobId: string) {
  return { pk: jobPartition(tenant, jobId), sk: 'JOB' };
}

/** The `listKey` of all jobs: they are few. */
export function jobsKey(tenant: Tenant): string {
  return `${scope(tenant)}#BATCHES`;
}

/** Partition key of what the ledger has of a chunk. */
export function chunkPartition(tenant: Tenant, jobId: string, chunk: number): string {
  return `${jobPartition(tenant, jobId)}#CHUNK#${chunk}`;
}

/** The row that says who works on a chunk. */
export function claimKey(tenant: Tenant, jobId: string, chunk: number) {
  return { pk: chunkPartition(tenant, jobId, chunk), sk: 'CLAIM' };
}

export const ERASED = 'ERASED#';

/** The row that keeps a user out of a job who was erased while it ran. */
export function erasedKey(tenant: Tenant, jobId: string, subject: string) {
  return { pk: jobPartition(tenant, jobId), sk: `${ERASED}${subject}` };
}

export const ITEM = 'ITEM#';

/** The row of a photo's outcome. */
export function itemKey(tenant: Tenant, jobId: string, { chunk, itemId }: { chunk: number; itemId: string }) {
  return { pk: chunkPartition(tenant, jobId, chunk), sk: `${ITEM}${itemId}` };
}

/** The row by which an item is found from its user, where no row of a face names its job and chunk. */
export function userItemKey(
  tenant: Tenant,
  subject: string,
  jobId: string,
  { chunk, itemId }: { chunk: number; itemId: string },
) {
  return { pk: userPartition(tenant, subject), sk: `${ITEM}${jobId}#${chunk}#${itemId}` };
}

/** The inverse of `userItemKey`. */
export function parseUserItemKey(sk: string): { jobId: string; chunk: number; itemId: string } {
  const [jobId = '', chunk = '', itemId = ''] = sk.slice(ITEM.length).split('#');
  return { jobId, chunk: Number(chunk), itemId };
}

/** The `listKey` of a job's items of a status that is not `indexed`: spread over `LIST_PARTITIONS`, since many may fail at once. */
export function itemsKey(tenant: Tenant, jobId: string, status: ItemStatus, partition: number): string {
  return `${jobPartition(tenant, jobId)}#${status}#${partition}`;
}

/** Keys of an item in the index `sessions`: those that were not indexed are listed by status and reason. */
export function itemIndexKeys(
  tenant: Tenant,
  jobId: string,
  { status, reason, chunk, itemId }: Pick<ItemOutcome, 'status' | 'reason' | 'chunk' | 'itemId'>,
) {
  if (status === 'indexed') return {};
  return {
    listKey: itemsKey(tenant, jobId, status, chunk % LIST_PARTITIONS),
    createdKey: `${reasonKey(reason)}${String(chunk).padStart(10, '0')}#${itemId}`,
  };
}

/** What the `createdKey` of an item begins with. */
export const reasonKey = (reason: ItemReason | undefined) => `${reason ?? ''}#`;

export const PAIR = 'PAIR#';

/** The row of a pair, by the names of its faces. */
export function pairKey(tenant: Tenant, jobId: string, { first, second }: PairName) {
  return { pk: jobPartition(tenant, jobId), sk: `${PAIR}${first}#${second}` };
}

/** The row by which a pair is found from one of its users. */
export function userPairKey(tenant: Tenant, subject: string, jobId: string, { first, second }: PairName) {
  return { pk: userPartition(tenant, subject), sk: `${PAIR}${jobId}#${first}#${second}` };
}

/** The inverse of `userPairKey`. */
export function parseUserPairKey(sk: string): { jobId: string; name: PairName } {
  const [jobId = '', first = '', second = ''] = sk.slice(PAIR.length).split('#');
  return { jobId, name: { first, second } };
}
