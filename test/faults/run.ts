import { setTimeout as delay } from 'node:timers/promises';
import type { Tenant } from '../../domain/session.js';
import { sessionWorkflowId } from '../../workflows/ids.js';
import { type Caller, createCaller, type Reply } from '../support/caller.js';
import { secretOf } from './accounts.js';
import { photoOf } from './block-faces.js';
import type { CallOf, Order } from './protocol.js';
import type { Rig } from './rig.js';

const SESSIONS = '/v1/verification-sessions';

/** What a request waits for its answer before it is asked after, in seconds. */
const WAIT_S = 20;
/** A call that is held longer runs out of time. */
const HELD_MS = 4_500;
/** Longer than any fault may hold a session up. */
const RESTS_WITHIN_MS = 60_000;

/** Where a session came to rest, as the API tells it. */
export interface Ending {
  role: string;
  /** Of the answer to the request itself; 0 where there was none. */
  http: number;
  /** `processing` where it did not come to rest in time. */
  status: string;
  reasons: string[];
  userId: string | null;
}

/** A place in the worker where a session is kept waiting. */
export interface Hold {
  /** Waits until the call stands there, for some seconds at most. */
  reached(): Promise<boolean>;
  release(): void;
}

/** One drive of a flow in an account of its own. */
export interface Run {
  rig: Rig;
  tenant: Tenant;
  collections: readonly string[];
  call: Caller;
  /** A call that was to be held, or watched, was not made in time: the run goes another way than planned. */
  strayed: boolean;
  /** User ids that were told to the service. */
  users: Set<string>;
  /** Sessions by the name that the flow gives them. */
  sessions: Map<string, string>;
  /** The photo of this person; another one of the same person where `shot` differs. */
  photo(person: string, shot?: string): Promise<string>;
  /** Begins a session and waits until it rests. The same role and body again is the same request again. */
  begin(role: string, body: { flow: string; user_id?: string } & Record<string, unknown>): Promise<Ending>;
  /** Where the session rests: what the answer says; where it does not say, what is told to one who asks until it rests. */
  rests(role: string, answer?: Reply): Promise<Ending>;
  /** Resolves when the session has been canceled; with `respond-async` when it is about to be. */
  cancel(role: string, prefer?: string): Promise<void>;
  /** Asks until the answer is good, with growing pauses; undefined when that takes longer than `within` ms. */
  until<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean, within: number): Promise<T | undefined>;
  /** Of a session that begins, or will begin, under this role; or of what `follow` named so. */
  workflowId(role: string): string;
  /** Another workflow than a session's will be part of the flow, under this role: said when the start is brought about. */
  follow(role: string, workflowId: string): void;
  /** Of what was named so. */
  followed(): string[];
  /** Keeps a call waiting, for some seconds at most, or tells (`watch`) when it is done. */
  hold(role: string, activity: string, nth: number, act?: 'hold' | 'watch'): Promise<Hold>;
  /** Has every call of this activity answered without being made: a defect, for a test of the sweep itself. */
  skip(role: string, activity: string, answer?: unknown): Promise<void>;
}

export async function startRun(rig: Rig): Promise<Run> {
  const { tenant, collections } = await rig.newAccount();
  const call = createCaller(rig.url, secretOf(tenant.account));
  const photos = new Map<string, Promise<string>>();
  const followed = new Map<string, string>();
  const keyOf = (role: string) => `${tenant.account}-${role}`;
  const idOf = (role: string) => rig.identities.sessionId(tenant, keyOf(role));

  const run: Run = {
    ...{ rig, tenant, collections, call },
    strayed: false,
    users: new Set(),
    sessions: new Map(),
    photo(person, shot = '') {
      const key = `${person} ${shot}`;
      const photo = photos.get(key) ?? photoOf(`${tenant.account} ${person}`);
      photos.set(key, photo);
      return photo;
    },
    async begin(role, body) {
      run.sessions.set(role, idOf(role));
      if (body.user_id) run.users.add(body.user_id);
      const headers = { 'idempotency-key': keyOf(role), prefer: `wait=${WAIT_S}` };
      const reply = await call('POST', SESSIONS, body, headers).catch(() => undefined);
      return run.rests(role, reply);
    },
    async rests(role, answer) {
      const ask = () => call('GET', `${SESSIONS}/${idOf(role)}`);
      const isAtRest = ({ body }: Reply) => Boolean(body?.flow) && body.status !== 'processing';
      // An answer is not asked after: what a session said comes into its row a moment later.
      const told = answer && isAtRest(answer) ? answer : await run.until(ask, isAtRest, RESTS_WITHIN_MS);
      const body = told?.body;
      return {
        role,
        http: answer?.status ?? 0,
        status: body?.status ?? 'processing',
        reasons: (body?.reasons ?? []).map(({ code }: { code: string }) => code),
        userId: body?.user_id ?? null,
      };
    },
    async until(ask, isGood, within) {
      const deadline = Date.now() + within;
      for (let pause = 100; Date.now() < deadline; pause = Math.min(pause * 2, 1_000)) {
        const answer = await ask().catch(() => undefined);
        if (answer !== undefined && isGood(answer)) return answer;
        await delay(pause);
      }
      return undefined;
    },
    async cancel(role, prefer = `wait=${WAIT_S}`) {
      const path = `${SESSIONS}/${idOf(role)}/cancel`;
      await call('POST', path, undefined, { prefer }).catch(() => undefined);
    },
    workflowId: (role) => followed.get(role) ?? sessionWorkflowId(tenant, idOf(role)),
    follow: (role, workflowId) => void followed.set(role, workflowId),
    followed: () => [...followed.keys()],
    async hold(role, activity, nth, act = 'hold') {
      const target: CallOf = { workflowId: run.workflowId(role), activity, nth };
      const id = `${target.workflowId} ${activity} ${nth} ${act}`;
      await rig.worker.obey([{ id, ...target, act }]);
      const reached = async () => {
        const there = await rig.worker.reached(id, HELD_MS);
        if (!there) run.strayed = true;
        return there;
      };
      return { reached, release: () => rig.worker.release(id) };
    },
    async skip(role, activity, answer) {
      const workflowId = run.workflowId(role);
      const order: Order = {
        id: `${workflowId} ${activity} skip`,
        workflowId,
        activity,
        nth: 0,
        act: 'skip',
      };
      await rig.worker.obey([{ ...order, answer }]);
    },
  };
  return run;
}
