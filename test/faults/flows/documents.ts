import type { FlowEntry } from '../flow.js';
import type { Ending, Run } from '../run.js';
import { endIfOpen, login, unless } from './people.js';

/** With a document of ann's: the twin reads her face on it, and the same number wherever the bytes are the same. */
async function registerWithDocument(run: Run, role: string, person: string, face = person): Promise<Ending> {
  const [selfie, document_front] = [await run.photo(face), await run.photo(face, 'document')];
  return run.begin(role, {
    flow: 'registration',
    policy: 'document',
    user_id: person,
    selfie,
    document_front,
  });
}

const withDocument: FlowEntry = {
  name: 'registration-with-document',
  drive: async (run) => [await registerWithDocument(run, 'session', 'ann')],
  right: ([ending]) => ending?.status === 'verified',
  async again(run, [ending]) {
    if (ending?.status !== 'verified') {
      await endIfOpen(run, ending as Ending);
      // The document is free again as well.
      const again = unless('ann registers', await registerWithDocument(run, 'again', 'ann'), 'verified');
      if (again) return again;
    }
    return unless('ann logs in', await login(run, 'later', 'ann'), 'verified', 'ann');
  },
};

/** Somebody registered with her document before: refused after it was claimed, and the claim goes. */
const duplicateWithDocument: FlowEntry = {
  name: 'registration-of-a-duplicate-with-document',
  async prepare(run) {
    const selfie = await run.photo('ann');
    const { status } = await run.begin('prepared-ann', { flow: 'registration', user_id: 'ann', selfie });
    if (status !== 'verified') throw new Error(`The start was not brought about: ${status}.`);
  },
  drive: async (run) => [await registerWithDocument(run, 'session', 'bob', 'ann')],
  right: ([ending]) => ending?.status === 'rejected' && ending.reasons.includes('duplicate_face'),
  async again(run, [ending]) {
    await endIfOpen(run, ending as Ending);
    const known = unless('ann logs in', await login(run, 'later', 'ann'), 'verified', 'ann');
    return known ?? unless('bob registers', await registerWithDocument(run, 'again', 'bob'), 'verified');
  },
};

export const documents: readonly FlowEntry[] = [withDocument, duplicateWithDocument];
