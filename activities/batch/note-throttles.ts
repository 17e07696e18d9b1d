import { failures } from '../../workflows/failures.js';
import { failureType } from '../failure-type.js';

type Method = (...args: unknown[]) => Promise<unknown>;

/** The same methods; a throttle of one of them is noted. */
export function noteThrottles<T extends object>(port: T, note: () => void): T {
  return new Proxy(port, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        try {
          return await (value as Method).apply(target, args);
        } catch (error) {
          if (failureType(error) === failures.throttled) note();
          throw error;
        }
      };
    },
  });
}
