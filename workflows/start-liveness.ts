import { ApplicationFailure } from '@temporalio/workflow';
import type { LivenessCapture } from '../domain/session.js';
import type { SessionInput } from './messages.js';

/**
 * Begins a capture for this session.
 * @param number of the session's captures, from 1: names the request, so that a repeat creates no second one
 * @throws ApplicationFailure `CoolDown`
 */
export async function startLiveness(_input: SessionInput, _number: number): Promise<LivenessCapture> {
  throw ApplicationFailure.nonRetryable('not built yet');
}
