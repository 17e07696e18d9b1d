import assert from 'node:assert/strict';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** What an Update was refused with. @throws Error where it was not */
export async function refusal(asking: Promise<unknown>): Promise<{ type: string; details: unknown }> {
  try {
    await asking;
  } catch (error) {
    assert.ok(error instanceof WorkflowUpdateFailedError, String(error));
    assert.ok(error.cause instanceof ApplicationFailure);
    return { type: String(error.cause.type), details: error.cause.details?.[0] };
  }
  throw new Error('It was not refused.');
}
