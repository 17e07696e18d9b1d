import { defaultQuota } from './default-quotas.js';
import { ServiceFault } from './errors.js';
import type { OperationSettings, ServiceName } from './settings.js';
import { type TokenBucket, tokenBucket } from './token-bucket.js';

/** Lets calls through at the quota of their operation. */
export interface Throttle {
  /** Throws ServiceFault when the operation is over its quota. */
  admit(service: ServiceName, operation: string, settings: OperationSettings): void;
  /** Buckets are full again. */
  reset(): void;
}

/** One bucket an operation, made anew when its quota changes. `now` gives milliseconds that never go back. */
export function createThrottle(now: () => number): Throttle {
  const buckets = new Map<string, TokenBucket>();
  return {
    admit(service, operation, { quota = null, burst }) {
      const tps = quota === 'default' ? defaultQuota(service, operation) : quota;
      if (tps === null) return;
      const size = burst ?? Math.max(1, tps);
      const key = `${service}.${operation}`;
      let bucket = buckets.get(key);
      if (bucket?.tps !== tps || bucket.burst !== size) {
        bucket = tokenBucket(tps, size, now);
        buckets.set(key, bucket);
      }
      if (!bucket.take()) throw throttled(service);
    },
    reset: () => buckets.clear(),
  };
}

/** What each service answers over its quota. */
function throttled(service: ServiceName): ServiceFault {
  switch (service) {
    case 's3':
      return new ServiceFault('SlowDown', 503, 'Please reduce your request rate.');
    case 'dynamodb':
      return new ServiceFault('ThrottlingException', 400, 'Rate of requests exceeds the allowed throughput.');
    case 'rekognition':
    case 'textract':
      return new ServiceFault('ProvisionedThroughputExceededException', 400, 'Provisioned rate exceeded');
  }
}
