import { type ApiClient, ApiProblem } from './api-client.js';
import { paced } from './paced.js';
import { aligned } from './table.js';

const SESSIONS = '/v1/verification-sessions';

/** What a command needs of a session as the API shows it (docs/http.md). */
interface Session {
  id: string;
  flow?: string;
  status: string;
  allowed_commands: readonly string[];
  reasons?: readonly { code: string; detail: string }[];
  checks?: readonly {
    check: string;
    outcome: string;
    reasons: readonly string[];
    similarity: number | null;
  }[];
  actions?: readonly { command: string; decision?: string; by: string; at: string }[];
  created_at?: string;
  updated_at?: string;
  escalated_at?: string | null;
}

interface Page {
  data: readonly Session[];
  next_cursor: string | null;
}

/** Which sessions a list has. */
export interface SessionFilter {
  flow?: string;
  status?: string;
  reason?: string;
  user?: string;
}

type Print = (line: string) => void;

/** `idv sessions list`: newest first, `limit` at most. */
export async function listSessions(
  api: ApiClient,
  filter: SessionFilter,
  { limit, json }: { limit: number; json: boolean },
  print: Print,
): Promise<void> {
  const found: Session[] = [];
  for await (const session of every(api, filter)) {
    found.push(session);
    if (found.length === limit) break;
  }
  if (json) return print(JSON.stringify(found, undefined, 2));
  if (found.length === 0) return print('No session is like that.');
  for (const line of aligned(found.map(cells))) print(line);
}

const cells = ({ id, flow = '', status, reasons, created_at = '', escalated_at }: Session) => [
  id,
  created_at,
  flow,
  escalated_at ? `${status} (escalated)` : status,
  reasons?.[0]?.code ?? '',
];

/** `idv sessions show`. */
export async function showSession(api: ApiClient, id: string, json: boolean, print: Print): Promise<void> {
  const session = await api.call<Session>('GET', pathOf(id));
  for (const line of json ? [JSON.stringify(session, undefined, 2)] : describe(session)) print(line);
}

function describe(session: Session): string[] {
  const { id, flow = '', status, reasons = [], checks = [], actions = [] } = session;
  return [
    `${id}  ${flow}  ${status}`,
    `created ${session.created_at ?? ''}, last changed ${session.updated_at ?? ''}`,
    ...reasons.map(({ code, detail }) => `${code}: ${detail}`),
    ...aligned(
      checks.map(({ check, outcome, reasons: codes, similarity }) => [
        `  ${check}`,
        outcome,
        similarity === null ? '' : `similarity ${similarity}`,
        codes.join(' '),
      ]),
    ),
    ...actions.map(({ command, decision, by, at }) => `  ${at}  ${decision ?? command} by ${by}`),
    `takes now: ${session.allowed_commands.join(', ') || 'nothing'}`,
  ];
}

/** One command to one session: `cancel`, `resume`, `review`, `redact`. */
export async function command(
  api: ApiClient,
  id: string,
  name: 'cancel' | 'resume' | 'review' | 'redact',
  body: object,
  print: Print,
): Promise<void> {
  const session = await api.call<Session>('POST', `${pathOf(id)}/${name}`, { body });
  const [reason] = session.reasons ?? [];
  print(`${session.id} is ${session.status}${reason ? `: ${reason.code}` : ''}`);
}

/** How many answers may be awaited at once, however slow they come. */
const AT_ONCE = 20;

/**
 * `idv sessions resume --all`: begins with `rate` blocked sessions of that reason a second, oldest of the list last, and does not
 * wait for what becomes of them. One that has gone on meanwhile is passed over. The counts are printed however it ends.
 * @returns whether every other one was resumed
 * @throws Error when the API cannot be reached: nothing further is begun
 */
export async function resumeAll(
  api: ApiClient,
  { reason, rate, operator }: { reason: string; rate: number; operator?: string },
  print: Print,
): Promise<boolean> {
  const counts = { resumed: 0, passedOver: 0, failed: 0 };
  // Listed first: a session that is blocked again at once must not be met for ever.
  const blocked: string[] = [];
  for await (const { id } of every(api, { status: 'blocked', reason })) blocked.push(id);
  print(`${blocked.length} sessions are blocked by ${reason}`);

  const resume = async (id: string) => {
    try {
      const sent = { body: operator ? { operator } : {}, prefer: 'respond-async' } as const;
      const { status } = await api.call<Session>('POST', `${pathOf(id)}/resume`, sent);
      counts.resumed += 1;
      print(`${id} is ${status}`);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 409) counts.passedOver += 1;
      else counts.failed += 1;
      print(`${id}: ${(error as Error).message}`);
      if (!(error instanceof ApiProblem)) throw error;
    }
  };
  try {
    await paced(blocked, { rate, atOnce: AT_ONCE }, resume);
  } finally {
    const untouched = blocked.length - counts.resumed - counts.passedOver - counts.failed;
    const rest = untouched > 0 ? `, ${untouched} not tried` : '';
    print(`${counts.resumed} resumed, ${counts.passedOver} passed over, ${counts.failed} failed${rest}`);
  }
  return counts.failed === 0;
}

async function* every(
  api: ApiClient,
  { flow, status, reason, user }: SessionFilter,
): AsyncGenerator<Session> {
  const named = Object.entries({ flow, status, reason, user_id: user });
  const query = new URLSearchParams(
    named.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  query.set('limit', '100');
  for (let cursor: string | null = ''; cursor !== null; ) {
    if (cursor) query.set('cursor', cursor);
    const page: Page = await api.call<Page>('GET', `${SESSIONS}?${query}`);
    yield* page.data;
    cursor = page.next_cursor;
  }
}

const pathOf = (id: string) => `${SESSIONS}/${encodeURIComponent(id)}`;
