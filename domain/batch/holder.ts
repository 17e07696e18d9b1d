/** Who holds a user while a batch job adds a face: the chunk, so that two of them do not work on one user at once. */
export const holderOf = (jobId: string, chunk: number): string => `${jobId}.${chunk}`;

/** The batch job that an id is of: its own, or that of who holds a user for it. Undefined of a session's. */
export const batchJobOf = (id: string): string | undefined => /^(bj_[^.]+)(\.|$)/.exec(id)?.[1];
