import type { ItemOutcome } from '../../../domain/batch/item.js';
import type { Tenant } from '../../../domain/session.js';
import { itemIndexKeys, itemKey } from './batch-keys.js';
import { placeOf } from './facts.js';
import type { Seal } from './seal.js';

type Row = { pk: string; sk: string } & Record<string, unknown>;

/** The row of an outcome: who it is about, where the photo is, and what a manifest says beside that, sealed. */
export function itemRow(seal: Seal, tenant: Tenant, jobId: string, outcome: ItemOutcome): Row {
  if (outcome.reason === 'user_erasing') return forgottenRow(tenant, jobId, outcome);
  const { uri, userId, attributes, was: _, ...open } = outcome;
  const key = itemKey(tenant, jobId, outcome);
  return {
    ...key,
    ...open,
    ...itemIndexKeys(tenant, jobId, outcome),
    sealed: seal.close({ uri, userId, attributes }, placeOf(key)),
  };
}

/**
 * What stays of an item whose user was erased, so that the ledger still adds up, and no repeat takes the photo for one that
 * nobody looked at: that there was one. Its id is a keyed hash (`activities/batch/item-id.ts`).
 */
export function forgottenRow(
  tenant: Tenant,
  jobId: string,
  { itemId, chunk, at }: Pick<ItemOutcome, 'itemId' | 'chunk' | 'at'>,
): Row {
  const item = { itemId, chunk, status: 'skipped', reason: 'user_erasing', at } as const;
  return { ...itemKey(tenant, jobId, item), ...item, ...itemIndexKeys(tenant, jobId, item) };
}

export function toItem(seal: Seal, row: Row): ItemOutcome {
  const { pk, sk, sealed, listKey: _, createdKey: __, ...open } = row;
  const told = sealed ? (seal.open(sealed as Uint8Array, placeOf({ pk, sk })) as object) : { uri: '' };
  return { ...open, ...told } as unknown as ItemOutcome;
}
