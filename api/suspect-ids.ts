import type { UserTable } from '../activities/ports.js';
import type { SessionState, Tenant } from '../domain/session.js';

/**
 * Who those are whom a reviewer has to look at: the caller's own user ids by pseudonym. Of the same tenant, as everything that
 * a session knows; a user who is gone by now has none.
 */
export async function suspectIds(
  users: Pick<UserTable, 'read'>,
  tenant: Tenant,
  state: SessionState | undefined,
): Promise<ReadonlyMap<string, string>> {
  const suspects = state?.checks.flatMap((check) => check.suspects ?? []) ?? [];
  const subjects = [...new Set(suspects.map(({ subject }) => subject))];
  const found = await Promise.all(subjects.map((subject) => users.read(tenant, subject)));
  return new Map(found.flatMap((user) => (user?.userId ? [[user.subject, user.userId] as const] : [])));
}
