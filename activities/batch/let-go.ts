import type { ItemJob, ItemTools } from './item-work.js';

/** Lets go of a user; one without a face that counts disappears. */
export async function letGo(
  { users }: Pick<ItemTools, 'users'>,
  { tenant, holder }: Pick<ItemJob, 'tenant' | 'holder'>,
  subject: string,
  standing: boolean,
): Promise<void> {
  if (standing) await users.settle(tenant, subject, holder);
  else await users.release(tenant, subject, holder);
}
