import type { Reply } from '../../support/caller.js';
import { captures, film } from '../../support/capture.js';
import type { FlowEntry } from '../flow.js';
import type { Ending, Run } from '../run.js';
import { endIfOpen, login, register, registered, unless } from './people.js';

/** A person presses start until a capture begins, and hands it in until that is taken. */
const PATIENCE_MS = 30_000;

/** The session by the image of a capture alone. */
async function byCapture(run: Run, role: string, flow: string): Promise<Ending> {
  const opened = await run.begin(role, { flow, policy: 'liveness', user_id: 'ann' });
  const sessionId = run.sessions.get(role) ?? '';
  if (opened.status !== 'requires_input') return opened;
  const { begin, finish } = captures(run.call);
  const begun = await run.until(
    () => begin(sessionId),
    ({ status }) => status === 201,
    PATIENCE_MS,
  );
  const captureId: string = begun?.body.liveness.session_id ?? '';
  const frame = Buffer.from(await run.photo('ann', `frame of ${role}`), 'base64');
  await film(run.rig.twin, captureId, frame, frame);
  const answered = ({ status, body }: Reply) =>
    status === 409 || (status === 200 && body.status !== 'processing');
  return run.rests(role, await run.until(() => finish(sessionId, captureId), answered, PATIENCE_MS));
}

const isVerified = ([ending]: readonly Ending[]) => ending?.status === 'verified';

const registration: FlowEntry = {
  name: 'registration-with-liveness',
  drive: async (run) => [await byCapture(run, 'session', 'registration')],
  right: isVerified,
  async again(run, [ending]) {
    if (ending?.status !== 'verified') {
      await endIfOpen(run, ending as Ending);
      const again = unless('ann registers', await register(run, 'again', 'ann'), 'verified');
      if (again) return again;
    }
    return unless('ann logs in', await login(run, 'later', 'ann'), 'verified', 'ann');
  },
};

const authentication: FlowEntry = {
  name: 'login-with-liveness',
  prepare: (run) => registered(run, 'ann'),
  drive: async (run) => [await byCapture(run, 'session', 'authentication')],
  right: isVerified,
  again: async (run) =>
    unless('once more', await byCapture(run, 'again', 'authentication'), 'verified', 'ann'),
};

export const liveness: readonly FlowEntry[] = [registration, authentication];
