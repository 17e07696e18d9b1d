/** Who holds a user while a batch job adds a face: the chunk, so that two of them do not work on one user at once. */
export const holderOf = (jobId: string, chunk: number): string => `${jobId}.${chunk}`;
