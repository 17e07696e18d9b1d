import { LEAST_RATE, type Rates, type RateWindow } from '../../domain/batch/job.js';
import { problems } from '../problem.js';

/**
 * No operation may be slower than `LEAST_RATE` in a window either, unless it rests.
 * @throws Problem 422 with the window that slows one down too far
 */
export function requireLeastRate(rates: Rates, windows: readonly RateWindow[]): void {
  const errors = windows.flatMap(({ share }, at) => {
    const slow = Object.entries(rates).find(([, rate]) => share > 0 && rate * share < LEAST_RATE);
    if (!slow) return [];
    const [api, rate] = slow;
    return [
      {
        pointer: `/rate_windows/${at}/share`,
        message: `must be 0, or leave ${api} (${rate} a second) at least ${LEAST_RATE} a second`,
      },
    ];
  });
  if (errors.length > 0) throw problems.invalid(errors);
}
