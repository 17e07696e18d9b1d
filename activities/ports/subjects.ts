import type { Tenant } from '../../domain/session.js';

/** The pseudonym of a user (`pseudonymOf`), for what reads user ids from elsewhere than a request. */
export type Subjects = (tenant: Tenant, userId: string) => string;
