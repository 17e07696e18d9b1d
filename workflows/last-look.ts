import { sleep } from '@temporalio/workflow';
import type { ReasonCode } from '../domain/reasons.js';
import type { SessionState } from '../domain/session.js';
import { recheckDuplicate } from './activities.js';
import type { RegistrationInput } from './messages.js';
import { persist } from './persist.js';

/** Faces indexed at the same moment may have been invisible to each other: look once more when that is surely over. */
export async function lastLook(
  { tenant, subject, policy, faceKey }: RegistrationInput,
  state: SessionState,
): Promise<ReasonCode | undefined> {
  if (state.status !== 'verified' || !state.face) return undefined;
  await sleep('1 minute', { summary: 'before the last look for duplicates' });
  const look = { tenant, subject, faceKey, policy };
  const check = await persist(() => recheckDuplicate(look));
  return check.reasons[0];
}
