import type { FlowEntry } from '../flow.js';
import type { Ending, Run } from '../run.js';
import { endIfOpen, login, registered, unless } from './people.js';

async function update(run: Run, role: string, shot: string, reference?: string): Promise<Ending> {
  const selfie = await run.photo('ann', shot);
  const trusted = reference === undefined ? {} : { reference: await run.photo('ann', reference) };
  return run.begin(role, { flow: 'photo_update', user_id: 'ann', selfie, ...trusted });
}

/** Whatever became of it, the user logs in, and may try again. */
async function stillThere(run: Run, ending: Ending): Promise<string | undefined> {
  await endIfOpen(run, ending);
  const known = unless('ann logs in', await login(run, 'later', 'ann'), 'verified', 'ann');
  return known ?? unless('ann updates again', await update(run, 'again', 'third'), 'verified');
}

const isVerified = ([ending]: readonly Ending[]) => ending?.status === 'verified';

/** Another photo of the same person, with the selfie as the proof of who it is. */
const photoUpdate: FlowEntry = {
  name: 'photo-update',
  prepare: (run) => registered(run, 'ann'),
  drive: async (run) => [await update(run, 'session', 'second', 'passport')],
  right: isVerified,
  again: (run, [ending]) => stillThere(run, ending as Ending),
};

/** The very bytes that are registered: the face must not be lost. */
const samePhoto: FlowEntry = {
  name: 'photo-update-same-photo',
  variant: true,
  prepare: (run) => registered(run, 'ann'),
  drive: async (run) => [await update(run, 'session', '')],
  right: isVerified,
  again: (run, [ending]) => stillThere(run, ending as Ending),
};

export const photoUpdates: readonly FlowEntry[] = [photoUpdate, samePhoto];
