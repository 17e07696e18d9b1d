import type { FlowEntry } from './flow.js';
import { erasures } from './flows/erasures.js';
import { logins } from './flows/logins.js';
import { photoUpdates } from './flows/photo-updates.js';
import { registrations } from './flows/registrations.js';

/** Every flow that the sweep drives. */
export const flows: readonly FlowEntry[] = [...registrations, ...logins, ...photoUpdates, ...erasures];

/** Activities that occur in no undisturbed flow, each with the reason. */
export const unreached: Readonly<Record<string, string>> = {};
