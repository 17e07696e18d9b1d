import { sleep } from '@temporalio/workflow';
import { type Acceptance, passAccepted } from '../domain/acceptance.js';
import { hasPassed } from '../domain/decision.js';
import type { ReasonCode } from '../domain/reasons.js';
import type { SessionState } from '../domain/session.js';
import { recheckDuplicate } from './activities.js';
import type { RegistrationInput } from './messages.js';
import { persist } from './persist.js';

/** Faces indexed at the same moment may have been invisible to each other: look once more when that is surely over. */
export async function lastLook(
  { tenant, subject, policy, faceKey }: RegistrationInput,
  state: SessionState,
  accepted: readonly Acceptance[],
): Promise<ReasonCode | undefined> {
  if (state.status !== 'verified' || !state.face) return undefined;
  await sleep('1 minute', { summary: 'before the last look for duplicates' });
  const look = { tenant, subject, faceKey, policy };
  const check = passAccepted(await persist(() => recheckDuplicate(look)), accepted);
  return hasPassed(check) ? undefined : check.reasons[0];
}
