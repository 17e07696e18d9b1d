import { ApplicationFailure } from '@temporalio/common';

/** The type of a failure of ours; undefined for anything else. */
export function failureType(error: unknown): string | undefined {
  return error instanceof ApplicationFailure ? (error.type ?? undefined) : undefined;
}
