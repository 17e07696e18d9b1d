import type { FlowEntry } from '../flow.js';
import type { Ending, Run } from '../run.js';
import { endIfOpen, login, loginUnknown, register, registered, unless } from './people.js';

const is = (status: string, reason?: string) => (endings: readonly Ending[]) =>
  endings.every(
    (ending) => ending.status === status && (reason === undefined || ending.reasons.includes(reason)),
  );

/** Registered already, or able to; and then known. */
async function isOrCanBeRegistered(run: Run, ending: Ending, person: string): Promise<string | undefined> {
  if (ending.status !== 'verified') {
    await endIfOpen(run, ending);
    const again = unless(`${person} registers again`, await register(run, 'again', person), 'verified');
    if (again) return again;
  }
  return unless(`${person} logs in`, await login(run, 'later', person), 'verified', person);
}

/** With a trusted photo, so that every check is made that a registration knows. */
const registration: FlowEntry = {
  name: 'registration',
  async drive(run) {
    const [selfie, reference] = [await run.photo('ann'), await run.photo('ann', 'passport')];
    return [await run.begin('session', { flow: 'registration', user_id: 'ann', selfie, reference })];
  },
  right: is('verified'),
  again: async (run, [ending]) => isOrCanBeRegistered(run, ending as Ending, 'ann'),
};

const duplicate: FlowEntry = {
  name: 'registration-of-a-duplicate',
  prepare: (run) => registered(run, 'ann'),
  drive: async (run) => [await register(run, 'session', 'bob', 'ann')],
  right: is('rejected', 'duplicate_face'),
  async again(run, [ending]) {
    const known = unless('ann logs in', await loginUnknown(run, 'known', 'ann'), 'verified', 'ann');
    return known ?? isOrCanBeRegistered(run, ending as Ending, 'bob');
  },
};

/**
 * One person under two user ids. `late` has searched, and found nobody, before `early`, which stands ahead of it in line, can
 * be seen; so `early` takes it out of the race, and its commit is refused.
 */
const race: FlowEntry = {
  name: 'registration-race',
  async drive(run) {
    const earlyIndexes = await run.hold('early', 'indexFace', 1);
    const lateCommits = await run.hold('late', 'commitFace', 1);
    const displaced = await run.hold('early', 'displaceFace', 1, 'watch');
    const early = register(run, 'early', 'ann', 'one');
    await earlyIndexes.reached();
    const late = register(run, 'late', 'bob', 'one');
    await lateCommits.reached();
    earlyIndexes.release();
    await displaced.reached();
    lateCommits.release();
    return Promise.all([early, late]);
  },
  right: ([early, late]) =>
    early?.status === 'verified' && late?.status === 'rejected' && late.reasons.includes('duplicate_face'),
  /** Either may win, but not both; and where neither is held up, one does. */
  wrong: (endings) =>
    endings.filter(({ status }) => status === 'verified').length > 1 ||
    is('rejected')(endings) ||
    endings.some(({ status }) => ['requires_input', 'processing', 'canceled', 'expired'].includes(status)),
  async again(run, endings) {
    for (const ending of endings) await endIfOpen(run, ending);
    const winner = endings.find(({ status }) => status === 'verified');
    const person = winner?.role === 'late' ? 'bob' : 'ann';
    const other = person === 'bob' ? 'ann' : 'bob';
    if (!winner) {
      const again = unless('one registers again', await register(run, 'again', person, 'one'), 'verified');
      if (again) return again;
    }
    const known = unless('one logs in', await loginUnknown(run, 'known', 'one'), 'verified', person);
    return known ?? unless('the other registers', await register(run, 'other', other, 'two'), 'verified');
  },
};

export const registrations: readonly FlowEntry[] = [registration, duplicate, race];
