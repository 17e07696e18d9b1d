/** Fences sort as they count: a holder of one try is before those of later ones. */
const FENCE_DIGITS = 10;

/**
 * Who holds a user while a batch job adds a face: a try of a chunk, so that two chunks do not work on one user at once, and no
 * try lets go of a user that a later one has.
 * @param fence of the claim of the chunk
 */
export const holderOf = (jobId: string, { chunk, fence }: { chunk: number; fence: number }): string =>
  `${jobId}.${chunk}.${String(fence).padStart(FENCE_DIGITS, '0')}`;

/** Before every holder that may be succeeded by this one, the tries of one chunk; nobody but itself of other holders. */
export const firstHolder = (holder: string): string => /^bj_[^.]+\.\d+\./.exec(holder)?.[0] ?? holder;

/** Does the first one hold for the same chunk as the second one, or an earlier try of it? */
export const isSucceededBy = (holder: string, by: string): boolean =>
  holder >= firstHolder(by) && holder <= by;

/** The batch job that an id is of: its own, or that of who holds a user for it. Undefined of a session's. */
export const batchJobOf = (id: string): string | undefined => /^(bj_[^.]+)(\.|$)/.exec(id)?.[1];
