import { erasureWorkflowId } from '../../../workflows/ids.js';
import type { FlowEntry } from '../flow.js';
import type { Run } from '../run.js';
import { login, loginUnknown, register, registered, unless } from './people.js';

const DONE_WITHIN_MS = 60_000;

/** Erases ann, and waits for the receipt. */
async function erased(run: Run, role: string) {
  const reply = await run.call('DELETE', '/v1/users/ann').catch(() => undefined);
  const ask = () => run.call('GET', `/v1/erasures/${reply?.body?.id}`);
  const receipt = await run.until(ask, ({ body }) => body?.done_at != null, DONE_WITHIN_MS);
  const { status = 'unknown', remaining } = receipt?.body ?? {};
  const reasons = remaining?.length ? [`remaining: ${JSON.stringify(remaining)}`] : [];
  return { role, http: reply?.status ?? 0, status, reasons, userId: null };
}

/** A user with a registration and a login behind them goes, and may come back as somebody new. */
const erasure: FlowEntry = {
  name: 'erasure',
  async prepare(run) {
    await registered(run, 'ann');
    await login(run, 'prepared-login', 'ann');
    run.follow('erasure', erasureWorkflowId(run.tenant, run.rig.identities.subject(run.tenant, 'ann')));
  },
  async drive(run) {
    const ending = await erased(run, 'erasure');
    run.sessions.clear(); // their rows went with the user
    return [ending];
  },
  right: ([ending]) => ending?.status === 'done',
  async again(run) {
    const nobody = unless('nobody logs in', await loginUnknown(run, 'nobody', 'ann'), 'rejected');
    return nobody ?? unless('ann registers', await register(run, 'again', 'ann'), 'verified');
  },
};

export const erasures: readonly FlowEntry[] = [erasure];
