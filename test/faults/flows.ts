import type { FlowEntry } from './flow.js';
import { afterwards } from './flows/afterwards.js';
import { batches } from './flows/batches.js';
import { documents } from './flows/documents.js';
import { erasures } from './flows/erasures.js';
import { liveness } from './flows/liveness.js';
import { logins } from './flows/logins.js';
import { photoUpdates } from './flows/photo-updates.js';
import { registrations } from './flows/registrations.js';

/** Every flow that the sweep drives. */
export const flows: readonly FlowEntry[] = [
  ...registrations,
  ...documents,
  ...liveness,
  ...logins,
  ...photoUpdates,
  ...erasures,
  ...afterwards,
  ...batches,
];

/** Activities that occur in no undisturbed flow, each with the reason. */
export const unreached: Readonly<Record<string, string>> = {
  discardCapture:
    'undoes a reading of a capture that failed: registration-with-liveness/readLiveness#1/denied does',
  listPlaces: 'of the reconciler, which runs after every sweep',
  reconcilePage: 'of the reconciler, which runs after every sweep',
  saveReport: 'of the reconciler, which runs after every sweep',
};
