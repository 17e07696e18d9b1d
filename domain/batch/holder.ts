/** Who holds a user, and whose rank a face has, while a batch job adds it: the chunk, since two of them may meet one photo. */
export const holderOf = (jobId: string, chunk: number): string => `${jobId}.${chunk}`;

/** The inverse of `holderOf`; undefined for a session's id. */
export function jobOfHolder(holder: string): string | undefined {
  return /^(bj_[^.]+)\.\d+$/.exec(holder)?.[1];
}
