import type { Ending, Run } from '../run.js';

/** Registers a person; the same again under the same role is the same request. */
export async function register(run: Run, role: string, person: string, face = person): Promise<Ending> {
  return run.begin(role, { flow: 'registration', user_id: person, selfie: await run.photo(face) });
}

/** Logs a person in who says who they are. */
export async function login(run: Run, role: string, person: string, face = person): Promise<Ending> {
  const selfie = await run.photo(face, 'login');
  return run.begin(role, { flow: 'authentication', user_id: person, selfie });
}

/** Logs in whoever this is. */
export async function loginUnknown(run: Run, role: string, face: string): Promise<Ending> {
  return run.begin(role, { flow: 'authentication', selfie: await run.photo(face, 'login') });
}

/** Registers a person who has to be there. @throws Error */
export async function registered(run: Run, person: string): Promise<void> {
  const { status, reasons } = await register(run, `prepared-${person}`, person);
  if (status !== 'verified') throw new Error(`The start was not brought about: ${status} ${reasons}.`);
}

/** Says what is wrong unless the session ended so. */
export function unless(
  what: string,
  { status, reasons, userId }: Ending,
  wanted: string,
  user?: string,
): string | undefined {
  if (status === wanted && (user === undefined || user === userId)) return undefined;
  return `${what}: ${[status, ...reasons, userId].filter(Boolean).join(', ')}`;
}

/** Cancels a session that has not ended, so that its person may begin another. */
export async function endIfOpen(run: Run, { role, status }: Ending): Promise<void> {
  if (['requires_input', 'needs_review', 'blocked'].includes(status)) await run.cancel(role);
}
