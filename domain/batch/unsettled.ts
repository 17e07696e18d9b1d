import type { BatchState } from './job.js';

/** What is to be known of a cancelled job that could not read all that it had begun; undefined of every other one. */
export function unsettledMessage({ unsettled = 0 }: Pick<BatchState, 'unsettled'>): string | undefined {
  if (unsettled === 0) return undefined;
  const some = unsettled === 1 ? '1 part' : `${unsettled} parts`;
  return (
    `${some} of the source, which the cancel broke off, could not be read any more. What the ledger has of them is counted; ` +
    'photos that a worker had indexed and not recorded when it died may have stayed indexed, and are not taken back.'
  );
}
