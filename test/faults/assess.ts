import { externalImageId, listsFace } from '../../domain/face-record.js';
import type { Policy } from '../../domain/policy.js';
import type { SessionState } from '../../domain/session.js';
import { isFinal } from '../../domain/status.js';
import type { Run } from './run.js';
import { readStores, type StoredUser, type Stores } from './stores.js';

/**
 * What a fault may have left. `orphan`: something that nothing vouches for or waits for; `ghost`: a row that promises what is
 * not there; `verdict`: a session that says what is not so, or nothing at all.
 */
export interface Problem {
  kind: 'orphan' | 'ghost' | 'verdict';
  text: string;
}

/** Photos of checks that a policy keeps, what somebody uploaded, and reports; nothing else may outlive its session. */
const KEPT = ['retained/', 'imports/', 'reports/'];

/** States of a row whose face counts, or did. */
const COUNTED = ['active', 'replaced'];

/** What must hold of the stores whenever no session of the account is under way. */
export async function assess(run: Run): Promise<Problem[]> {
  const stores = await readStores(run);
  return [
    ...faceProblems(stores),
    ...stores.users.flatMap((user) => userProblems(user, stores)),
    ...objectProblems(run, stores),
    ...[...stores.sessions].flatMap(([role, state]) => sessionProblems(run, role, state, stores)),
    ...(await apiProblems(run, stores)),
  ];
}

const orphan = (text: string): Problem => ({ kind: 'orphan', text });
const ghost = (text: string): Problem => ({ kind: 'ghost', text });
const verdict = (text: string): Problem => ({ kind: 'verdict', text });

const activeFaces = ({ faces }: StoredUser) => faces.filter(({ state }) => state === 'active');

/** Every face of a collection is listed by an active row of its owner, or it is left over. */
function faceProblems({ faces, users }: Stores): Problem[] {
  const rows = users.flatMap(activeFaces);
  return faces
    .filter(
      (face) =>
        !rows.some(
          (row) =>
            externalImageId(row.subject, row.faceKey) === face.externalImageId && listsFace(row, face.faceId),
        ),
    )
    .map((face) => orphan(`face ${face.faceId} in ${face.collection} has no active row`));
}

function userProblems(user: StoredUser, { faces, objects }: Stores): Problem[] {
  const { userId, profile } = user;
  const active = activeFaces(user);
  const missing = active.flatMap((row) =>
    Object.values(row.faces)
      .filter(({ faceId, collection }) =>
        faces.every((face) => face.faceId !== faceId || face.collection !== collection),
      )
      .map(({ faceId }) => ghost(`${userId} has an active row of face ${faceId}, which is in no collection`)),
  );
  return [
    ...missing,
    ...active
      .filter((row) => Object.keys(row.faces).length === 0)
      .map(() => ghost(`${userId} has an active row without a face`)),
    ...active
      .filter(({ image }) => !objects.includes(image.key))
      .map(({ image }) => ghost(`${userId} has no photo ${image.key}`)),
    ...user.faces
      .filter(({ state }) => state === 'tentative' || state === 'lost')
      .map(({ state, faceKey }) => orphan(`${userId} has a ${state} row ${faceKey}`)),
    ...(profile?.busy ? [orphan(`${userId} is held by ${profile.busy}`)] : []),
    ...(profile && active.length === 0 ? [orphan(`${userId} has a profile and no active face`)] : []),
    ...(!profile && active.length > 0 ? [ghost(`${userId} has an active face and no profile`)] : []),
  ];
}

/** A photo is there for an active face, or for a session that somebody may still resume or review. */
function objectProblems(run: Run, { objects, users, sessions }: Stores): Problem[] {
  const needed = new Set(users.flatMap(activeFaces).map(({ image }) => image.key));
  const open = [...sessions]
    .filter(([, state]) => state && !isFinal(state.status))
    .map(([role]) => run.sessions.get(role) ?? '');
  return objects
    .filter((key) => !KEPT.some((prefix) => key.startsWith(prefix)) && !needed.has(key))
    .filter((key) => !open.some((sessionId) => key.includes(`/${sessionId}/`)))
    .map((key) => orphan(`photo ${key} belongs to nothing`));
}

function sessionProblems(
  run: Run,
  role: string,
  state: SessionState | undefined,
  { users }: Stores,
): Problem[] {
  if (!state) return [verdict(`${role} has no row`)];
  if (state.status === 'processing') return [verdict(`the row of ${role} says processing`)];
  if (state.status !== 'verified') return [];
  const unrecorded = requiredChecks(run.rig.policies.get(state.policy.name), state).filter(
    (required) =>
      !state.checks.some(
        ({ check, outcome }) =>
          check === required && ['passed', 'passed_by_reviewer'].includes(outcome as string),
      ),
  );
  const { face, subject } = state;
  // A face that was replaced since is history; somebody who was verified still has one that counts.
  const rows = users.flatMap((user) => user.faces).filter((row) => row.subject === subject);
  const backed =
    rows.some((row) => row.state === 'active') &&
    (!face || rows.some((row) => COUNTED.includes(row.state) && listsFace(row, face.faceId)));
  return [
    ...unrecorded.map((check) => verdict(`${role} is verified without ${check}`)),
    ...(backed ? [] : [verdict(`${role} is verified, but no active row has its face`)]),
  ];
}

function requiredChecks(policy: Policy | undefined, { flow }: SessionState): readonly string[] {
  const flows = (policy?.flows ?? {}) as Record<string, { checks: readonly string[] } | undefined>;
  return flows[flow]?.checks ?? [`checks of ${flow}, which the policy does not know`];
}

/** A user exists if and only if a face is active. */
async function apiProblems({ call }: Run, { users }: Stores): Promise<Problem[]> {
  const found = await Promise.all(
    users.map(async (user) => {
      const { status } = await call('GET', `/v1/users/${encodeURIComponent(user.userId)}`);
      const active = activeFaces(user).length > 0;
      if (active && status !== 200) return ghost(`${user.userId} has an active face, and HTTP ${status}`);
      return active || status === 404 ? undefined : ghost(`${user.userId} has no face, and HTTP ${status}`);
    }),
  );
  return found.filter((problem) => problem !== undefined);
}
