import { addDays, daysBetween } from '../domain/days.js';
import type { UserEvent } from '../domain/events.js';
import type { Tenant } from '../domain/session.js';
import type { ExpiringDocument } from './ports/expiring.js';
import type { Ports } from './ports.js';

type ExpiringPorts = Pick<Ports, 'expiring' | 'events' | 'users'>;

/** Documents at once; nobody waits. */
const TOLD_AT_ONCE = 10;

/** Days that may have been missed: while the Schedule was paused, or a policy asked for fewer days than it does now. */
const CATCH_UP_DAYS = 30;

/**
 * Tells of every document of the tenant that runs out within so many days, once for each: what was told is not due again.
 * Whatever was missed is told late.
 * @param request.today `yyyy-mm-dd`
 * @param progress called before each day
 */
export async function tellExpiring(
  ports: ExpiringPorts,
  { tenant, today, withinDays }: { tenant: Tenant; today: string; withinDays: number },
  progress: (day: string) => void = () => {},
): Promise<{ told: number }> {
  let told = 0;
  for (const day of daysBetween(addDays(today, -CATCH_UP_DAYS), addDays(today, withinDays))) {
    progress(day);
    const due = await ports.expiring.due(tenant, day);
    for (let start = 0; start < due.length; start += TOLD_AT_ONCE) {
      const some = due.slice(start, start + TOLD_AT_ONCE);
      const done = await Promise.all(some.map((document) => tell(ports, tenant, document, today)));
      told += done.filter(Boolean).length;
      progress(day);
    }
  }
  return { told };
}

async function tell(
  ports: ExpiringPorts,
  tenant: Tenant,
  document: ExpiringDocument,
  today: string,
): Promise<boolean> {
  const { expiring, events } = ports;
  const { subject, expiresOn } = document;
  if (!(await isStill(ports, tenant, document))) {
    // It may be of a registration under way, but not for ever.
    if (expiresOn < today) await expiring.done(tenant, document);
    return false;
  }
  // Noted first: a repeat tells the same event, and not another one.
  const at = await expiring.note(tenant, document, Date.now());
  if (at === undefined) return false;
  const event: UserEvent = { type: 'user.document_expiring', at, expiresOn };
  await events.ofUser(tenant, subject, [event]);
  const still = await isStill(ports, tenant, document);
  if (!still) await events.removeOfUser(tenant, subject, [event]); // erased meanwhile
  await expiring.done(tenant, document);
  return still;
}

/** The user is registered, and that is still a document of theirs. */
async function isStill({ users, expiring }: ExpiringPorts, tenant: Tenant, document: ExpiringDocument) {
  const [user, stored] = await Promise.all([
    users.read(tenant, document.subject),
    expiring.isStored(tenant, document),
  ]);
  return stored && (user?.faces.some((face) => face.state === 'active') ?? false);
}
