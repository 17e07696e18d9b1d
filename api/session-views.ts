import type { SessionDetails, SessionRow, SessionTable } from '../activities/ports.js';
import type { SessionState, Tenant } from '../domain/session.js';
import { allowedCommands, type Command, isFinal } from '../domain/status.js';
import type { Answer } from './flows/answer.js';
import type { Flows } from './flows.js';
import { type Problem, problems } from './problem.js';
import { type SessionView, viewOf } from './session-view.js';

/** How the API sees sessions: what their rows say, and what their workflows answer. */
export interface SessionViews {
  /** @throws Problem 404 */
  row(tenant: Tenant, sessionId: string): Promise<SessionRow>;
  /** Where the session stands. @throws Problem 404 */
  read(tenant: Tenant, sessionId: string): Promise<SessionView>;
  /**
   * Turns what a workflow answered into what the caller sees.
   * @param command what was asked: its Problem names it
   * @throws Problem for every answer that is a refusal
   */
  of(
    { tenant, sessionId }: { tenant: Tenant; sessionId: string },
    command: Command | 'create',
    answer: Answer,
    details: SessionDetails,
  ): Promise<SessionView>;
}

export function createSessionViews({
  flows,
  sessions,
}: {
  flows: Pick<Flows, 'ask'>;
  sessions: Pick<SessionTable, 'read'>;
}): SessionViews {
  async function row(tenant: Tenant, sessionId: string): Promise<SessionRow> {
    const found = await sessions.read(tenant, sessionId);
    if (!found) throw problems.notFound('verification session');
    return found;
  }

  return {
    row,

    /** A session that may be moving is asked itself; its row is what it last wrote. */
    async read(tenant, sessionId) {
      const written = await row(tenant, sessionId);
      const { state } = written;
      const asked = state && isFinal(state.status) ? undefined : await flows.ask({ tenant, sessionId });
      const newer = asked && asked.revision > (state?.revision ?? 0) ? asked : state;
      return { ...viewOf(sessionId, written), state: newer };
    },

    async of({ tenant, sessionId }, command, answer, details) {
      if ('keyReused' in answer) throw problems.keyReused();
      if ('coolDownSeconds' in answer) throw problems.coolDown(answer.coolDownSeconds, sessionId);
      if ('unknownCapture' in answer) throw problems.unknownCapture(sessionId);
      if ('unavailable' in answer) throw problems.unavailable('Send the same request again.', sessionId);
      if ('wrongStatus' in answer) {
        throw problems.wrongStatus(command, answer.wrongStatus.status, answer.wrongStatus.allowed, sessionId);
      }
      if ('state' in answer) return { sessionId, state: answer.state, details };
      const { state } = await row(tenant, sessionId);
      // Who creates what is over already is answered with how it ended.
      if ('gone' in answer && command !== 'create') throw wrongStatusOf(sessionId, command, state);
      return { sessionId, state, details, ...('late' in answer ? { late: true } : {}) };
    },
  };
}

/** The problem of a command to a session that does not take it, as its state says. */
export function wrongStatusOf(sessionId: string, command: Command, state: SessionState | undefined): Problem {
  const allowed = state ? allowedCommands(state) : [];
  return problems.wrongStatus(command, state?.status ?? 'processing', allowed, sessionId);
}
