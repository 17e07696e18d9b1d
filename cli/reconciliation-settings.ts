import { z } from 'zod';
import { type Environment, readEnvironment } from '../configuration/environment.js';
import type { ReconciliationInput } from '../workflows/reconciliation.js';
import { tenantsOf } from './setup/tenants.js';

const schema = z.object({
  IDV_RECONCILE_EVERY_HOURS: z.coerce.number().positive().default(24),
  /** What is younger is left alone. */
  IDV_RECONCILE_GRACE_MINUTES: z.coerce.number().min(0).default(60),
  IDV_RECONCILE_CALLS_PER_SECOND: z.coerce.number().positive().default(20),
});

/** How reconciliation is to go: by itself, and where nothing else is said by hand too. */
export interface ReconciliationSettings {
  everyMs: number;
  input: ReconciliationInput;
}

/** @throws Error naming each environment variable that is wrong, and why */
export function reconciliationSettings(environment: Environment): ReconciliationSettings {
  const settings = readEnvironment(schema, environment);
  return {
    everyMs: Math.round(settings.IDV_RECONCILE_EVERY_HOURS * 3_600) * 1_000, // Temporal rounds to seconds
    input: {
      tenants: tenantsOf(environment),
      graceMs: settings.IDV_RECONCILE_GRACE_MINUTES * 60_000,
      mend: true,
      callsPerSecond: settings.IDV_RECONCILE_CALLS_PER_SECOND,
    },
  };
}
