import { sleep } from '@temporalio/workflow';
import { retainedPhotoKey } from '../domain/photo-keys.js';
import { discardPhotos } from './activities.js';
import type { SessionInput } from './messages.js';
import { persist } from './persist.js';
import type { SpentPhoto } from './session-state.js';

const DAY_MS = 86_400_000;

/** Waits out the days for which the policy keeps photos of an ended session, and removes them. */
export async function removeRetained({ policy }: SessionInput, photos: readonly SpentPhoto[]): Promise<void> {
  const byDays = new Map<number, SpentPhoto[]>();
  for (const each of photos) {
    const retention = policy.retention[each.input];
    if (typeof retention === 'string') continue; // gone already, or kept until somebody asks
    byDays.set(retention.days, [...(byDays.get(retention.days) ?? []), each]);
  }
  const endedAt = Date.now();
  for (const days of [...byDays.keys()].sort((a, b) => a - b)) {
    await sleep(endedAt + days * DAY_MS - Date.now(), { summary: `photos are kept for ${days} days` });
    const due = (byDays.get(days) ?? []).map(({ photo }) => ({ ...photo, key: retainedPhotoKey(photo.key) }));
    await persist(() => discardPhotos({ photos: due }));
  }
}
