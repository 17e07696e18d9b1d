import { ApplicationFailure } from '@temporalio/common';
import { failures } from '../../../workflows/failures.js';
import { operatorMustAct } from '../operator-must-act.js';

/**
 * Reads a list or a manifest: what S3 refuses there, for whatever reason, no retry mends. Of a single photo it would be the
 * photo's own fault.
 * @param region that somebody named for the bucket: a host of it that is not found is no outage
 * @throws ApplicationFailure `OperatorMustAct` in place of `DependencyUnavailable`
 */
export async function refusedBy<T>(region: string | undefined, read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== failures.dependencyUnavailable) throw error;
    const { refused } = (error.details?.[0] ?? {}) as { refused?: 'answer' | 'host' };
    if (refused === 'answer' || (refused === 'host' && region !== undefined)) {
      throw operatorMustAct(
        `${error.message}. Check the bucket's name, its region and its policy, then resume.`,
        'resource_missing',
      );
    }
    throw error;
  }
}
