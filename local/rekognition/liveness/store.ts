import { randomUUID } from 'node:crypto';
import { createKeyedLock } from '../../keyed-lock.js';
import { openFiles } from './files.js';
import { isForgotten, type LivenessSession, type Outcome, type SessionStatus, statusOf } from './session.js';

/** What a new session is to be. */
export type NewSession = Omit<LivenessSession, 'id' | 'createdAt' | 'outcome'>;

/** The Face Liveness sessions of the twin. */
export interface LivenessStore {
  /** A new session, or the one that was made with this token. */
  create(session: NewSession): Promise<LivenessSession>;
  /** Undefined for one that never was, or was forgotten an hour after it was made. */
  get(id: string): { session: LivenessSession; status: SessionStatus } | undefined;
  /**
   * Ends the session with what `judge` finds. Answers the status instead when there was a capture, or is one, or the time
   * is over: then nothing was judged. Where `judge` throws, the session is as if nothing had been sent.
   */
  capture(
    id: string,
    judge: (session: LivenessSession, keep: KeepImage) => Promise<Outcome>,
  ): Promise<{ ended: LivenessSession } | { refused: SessionStatus | 'UNKNOWN' }>;
  /** An image that was kept; undefined when it is gone. */
  image(file: string): Promise<Uint8Array | undefined>;
}

/** Keeps an image with the session; answers the name of its file. */
export type KeepImage = (name: string, bytes: Uint8Array) => Promise<string>;

const SUFFIX = '.json';

/**
 * Opens the sessions in `folder`, or an empty store in memory without one. A session that was answered for is there after
 * a kill; one killed in the middle of its capture can be captured again. `now`: milliseconds since 1970.
 */
export async function openLivenessStore(
  options: { folder?: string; now?: () => number } = {},
): Promise<LivenessStore> {
  const { now = Date.now } = options;
  const files = await openFiles(options.folder);
  const sessions = new Map<string, LivenessSession>();
  const byToken = new Map<string, string>();
  const captured = new Set<string>();
  const locks = createKeyedLock();

  const add = (session: LivenessSession): void => {
    sessions.set(session.id, session);
    if (session.token !== undefined) byToken.set(session.token, session.id);
  };
  const save = (session: LivenessSession): Promise<void> =>
    files.write(session.id + SUFFIX, Buffer.from(JSON.stringify(session)));
  const forget = async (session: LivenessSession): Promise<void> => {
    sessions.delete(session.id);
    if (session.token !== undefined) byToken.delete(session.token);
    const { reference, audit = [] } = session.outcome ?? {};
    for (const image of [reference, ...audit]) if (image?.file) await files.remove(image.file);
    await files.remove(session.id + SUFFIX);
  };
  const forgetOld = async (): Promise<void> => {
    for (const session of sessions.values()) {
      if (!isForgotten(session, now())) return; // in order of age
      await forget(session);
    }
  };

  const stored: LivenessSession[] = [];
  for (const name of await files.names()) {
    const bytes = name.endsWith(SUFFIX) ? await files.read(name) : undefined;
    if (bytes) stored.push(JSON.parse(Buffer.from(bytes).toString('utf8')) as LivenessSession);
  }
  for (const session of stored.sort((a, b) => a.createdAt - b.createdAt)) add(session);
  await forgetOld();

  const statusNow = (session: LivenessSession): SessionStatus => {
    const status = statusOf(session, now());
    return status === 'CREATED' && captured.has(session.id) ? 'IN_PROGRESS' : status;
  };

  return {
    create: (wanted) =>
      locks.hold('create', async () => {
        await forgetOld();
        const known = sessions.get(byToken.get(wanted.token ?? '') ?? '');
        if (known) return known;
        const session = { ...wanted, id: randomUUID(), createdAt: now() };
        await save(session);
        add(session);
        return session;
      }),
    get(id) {
      const session = sessions.get(id);
      return session && !isForgotten(session, now()) ? { session, status: statusNow(session) } : undefined;
    },
    async capture(id, judge) {
      const session = sessions.get(id);
      if (!session || isForgotten(session, now())) return { refused: 'UNKNOWN' };
      const status = statusNow(session);
      if (status !== 'CREATED') return { refused: status };
      captured.add(id);
      try {
        const keep: KeepImage = async (name, bytes) => {
          await files.write(`${id}-${name}`, bytes);
          return `${id}-${name}`;
        };
        const ended = { ...session, outcome: await judge(session, keep) };
        await save(ended);
        add(ended);
        return { ended };
      } finally {
        captured.delete(id);
      }
    },
    image: (file) => files.read(file),
  };
}
