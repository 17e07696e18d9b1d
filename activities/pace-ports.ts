import { setTimeout as delay } from 'node:timers/promises';
import type { Ports } from './ports.js';

type Method = (...args: unknown[]) => unknown;

/**
 * The same ports, called no more than so often a second. Housekeeping has time, and what people wait for shall not be
 * throttled by it; nearly every method is one call of AWS.
 * @param called before each call
 */
export function pacePorts(ports: Ports, callsPerSecond: number, called: () => void): Ports {
  const interval = 1_000 / callsPerSecond;
  let free = 0;
  const turn = async () => {
    const now = performance.now();
    const at = Math.max(free, now);
    free = at + interval;
    called();
    if (at > now) await delay(at - now);
  };
  const paced = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          await turn();
          return (value as Method).apply(target, args);
        };
      },
    });
  const entries = Object.entries(ports).map(([name, port]) => [
    name,
    port !== null && typeof port === 'object' ? paced(port) : port,
  ]);
  return Object.fromEntries(entries) as Ports;
}
