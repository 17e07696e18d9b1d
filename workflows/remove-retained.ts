import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { DAY_MS } from '../domain/days.js';
import { retainedPhotoKey } from '../domain/photo-keys.js';
import { discardPhotos } from './activities.js';
import type { SessionInput } from './messages.js';
import { persist } from './persist.js';
import type { SpentPhoto } from './session-inputs.js';

/**
 * Waits out the days for which the policy keeps photos of an ended session, and removes them; at once, where the workflow is
 * cancelled (not the session, which is over): an erasure does that.
 */
export async function removeRetained({ policy }: SessionInput, photos: readonly SpentPhoto[]): Promise<void> {
  const byDays = new Map<number, SpentPhoto[]>();
  for (const each of photos) {
    const retention = policy.retention[each.input];
    if (typeof retention === 'string') continue; // gone already, or kept until somebody asks
    byDays.set(retention.days, [...(byDays.get(retention.days) ?? []), each]);
  }
  const endedAt = Date.now();
  for (const days of [...byDays.keys()].sort((a, b) => a - b)) {
    await sleepUnlessCanceled(endedAt + days * DAY_MS - Date.now(), `photos are kept for ${days} days`);
    const due = (byDays.get(days) ?? []).map(({ photo }) => ({ ...photo, key: retainedPhotoKey(photo.key) }));
    await persist(() => discardPhotos({ photos: due }));
  }
}

/** Inside of a scope that is not cancelled itself, but is told of a cancel of the workflow. */
async function sleepUnlessCanceled(ms: number, summary: string): Promise<void> {
  const waiting = new CancellationScope();
  CancellationScope.current().cancelRequested.catch(() => waiting.cancel());
  try {
    await waiting.run(() => sleep(ms, { summary }));
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}
