import type { FlowEntry } from './flow.js';
import { logins } from './flows/logins.js';
import { registrations } from './flows/registrations.js';

/** Every flow that the sweep drives. */
export const flows: readonly FlowEntry[] = [...registrations, ...logins];

/** Activities that occur in no undisturbed flow, each with the reason. */
export const unreached: Readonly<Record<string, string>> = {};
