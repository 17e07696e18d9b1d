import type { Run } from './run.js';

/** Has the service mend what it finds in the stores of this account; absent while it has nothing that does. */
export const reconcile = undefined as ((run: Run) => Promise<void>) | undefined;
