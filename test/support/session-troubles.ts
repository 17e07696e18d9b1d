import assert from 'node:assert/strict';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Overrides } from './fake-activities.js';
import { photoRef } from './session-fixtures.js';
import { operatorMustAct } from './stop-at.js';

/** Another selfie than the one a session begins with. */
export const second = { photos: { selfie: photoRef('selfie', 'second') } };

/** Fails as an operator must mend it, the first time. */
export const blockedOnce: Overrides = {
  indexFace: async (_, happy, nth) => {
    if (nth === 1) throw operatorMustAct();
    return happy();
  },
};

/** The failure an update was refused with. */
export async function refusal(update: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await update.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof WorkflowUpdateFailedError, String(error));
  assert.ok(error.cause instanceof ApplicationFailure);
  return error.cause;
}
