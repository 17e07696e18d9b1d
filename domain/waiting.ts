import type { FlowPolicy } from './policy.js';

/**
 * Seconds that a session may wait in all: for its person, for an operator, and for the person once more, who has as long
 * as before where the operator asks for other photos. Whatever is asked how often, no session lives longer.
 */
export function longestWaitSeconds({
  expiresAfterSeconds,
  review,
}: Pick<FlowPolicy, 'expiresAfterSeconds' | 'review'>): number {
  return expiresAfterSeconds + review.withinSeconds + expiresAfterSeconds;
}
