import type { FlowEntry } from '../flow.js';
import type { Ending, Run } from '../run.js';
import { endIfOpen, login, unless } from './people.js';

/** With a document of ann's: the twin reads her face on it, and the same number wherever the bytes are the same. */
export async function registerWithDocument(
  run: Run,
  role: string,
  person: string,
  face = person,
): Promise<Ending> {
  const [selfie, document_front] = [await run.photo(face), await run.photo(face, 'document')];
  return run.begin(role, {
    flow: 'registration',
    policy: 'document',
    user_id: person,
    selfie,
    document_front,
  });
}

/** Registered already, or able to be: the document is free again as well. */
async function again(run: Run, [ending]: readonly Ending[]): Promise<string | undefined> {
  if (ending?.status !== 'verified') {
    await endIfOpen(run, ending as Ending);
    const repeated = await registerWithDocument(run, 'again', 'ann');
    const problem = unless('ann registers', repeated, 'verified');
    if (problem) return problem;
  }
  return unless('ann logs in', await login(run, 'later', 'ann'), 'verified', 'ann');
}

const withDocument: FlowEntry = {
  name: 'registration-with-document',
  drive: async (run) => [await registerWithDocument(run, 'session', 'ann')],
  right: ([ending]) => ending?.status === 'verified',
  again,
};

/** Stopped while the face is being indexed, when the document is claimed already. */
const canceled: FlowEntry = {
  name: 'registration-canceled',
  async drive(run) {
    const held = await run.hold('session', 'indexFace', 1);
    const ending = registerWithDocument(run, 'session', 'ann');
    await held.reached();
    await run.cancel('session', 'respond-async');
    held.release();
    return [await ending];
  },
  right: ([ending]) => ending?.status === 'canceled',
  again,
};

export const documents: readonly FlowEntry[] = [withDocument, canceled];
