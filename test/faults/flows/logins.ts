import type { FlowEntry } from '../flow.js';
import type { Ending } from '../run.js';
import { login, loginUnknown, registered, unless } from './people.js';

const isAnn = ([ending]: readonly Ending[]) => ending?.status === 'verified' && ending.userId === 'ann';

/** The person says who they are. */
const known: FlowEntry = {
  name: 'login',
  prepare: (run) => registered(run, 'ann'),
  drive: async (run) => [await login(run, 'session', 'ann')],
  right: isAnn,
  again: async (run) => unless('the same again', await login(run, 'session', 'ann'), 'verified', 'ann'),
};

const unknown: FlowEntry = {
  name: 'login-unknown',
  prepare: (run) => registered(run, 'ann'),
  drive: async (run) => [await loginUnknown(run, 'session', 'ann')],
  right: isAnn,
  again: async (run) =>
    unless('the same again', await loginUnknown(run, 'session', 'ann'), 'verified', 'ann'),
};

/** Somebody claims to be a person they are not. */
const stranger: FlowEntry = {
  name: 'login-of-a-stranger',
  prepare: (run) => registered(run, 'ann'),
  drive: async (run) => [await login(run, 'session', 'ann', 'eve')],
  right: ([ending]) => ending?.status === 'rejected' && ending.reasons.includes('face_not_recognised'),
  again: async (run) => unless('ann logs in', await login(run, 'again', 'ann'), 'verified', 'ann'),
};

export const logins: readonly FlowEntry[] = [known, unknown, stranger];
