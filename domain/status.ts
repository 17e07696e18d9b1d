/** Where a verification session stands. */
export type Status =
  | 'requires_input'
  | 'processing'
  | 'verified'
  | 'rejected'
  | 'needs_review'
  | 'blocked'
  | 'expired'
  | 'canceled';

/** What may be asked of a session from outside. */
export type Command = 'submit' | 'liveness' | 'cancel' | 'review' | 'resume' | 'redact';

/**
 * The life of a session, as docs/http.md tells it. `processing` goes back to `requires_input` after a check that the person may
 * repeat, as `needs_review` does where the reviewer wants other photos; `blocked` may be resumed; both may run out.
 */
const transitions: Record<Status, readonly Status[]> = {
  requires_input: ['processing', 'expired', 'canceled'],
  processing: ['requires_input', 'verified', 'rejected', 'needs_review', 'blocked', 'canceled'],
  needs_review: ['processing', 'requires_input', 'rejected', 'canceled'],
  blocked: ['processing', 'canceled'],
  verified: [],
  rejected: [],
  expired: [],
  canceled: [],
};

const commands: Record<Status, readonly Command[]> = {
  requires_input: ['submit', 'liveness', 'cancel'],
  processing: ['cancel'],
  needs_review: ['review', 'cancel'],
  blocked: ['resume', 'cancel'],
  verified: ['redact'],
  rejected: ['redact'],
  expired: ['redact'],
  canceled: ['redact'],
};

export const statuses = Object.keys(transitions) as readonly Status[];

export function mayBecome(from: Status, to: Status): boolean {
  return transitions[from].includes(to);
}

/** Nothing follows a final status. */
export function isFinal(status: Status): boolean {
  return transitions[status].length === 0;
}

/**
 * A 409 lists these, so that a caller knows what would be accepted now.
 * @param session `inputs` are the inputs it takes at all: where liveness is none, no capture can be started
 */
export function allowedCommands({
  status,
  inputs,
}: {
  status: Status;
  inputs: readonly string[];
}): readonly Command[] {
  return commands[status].filter((command) => command !== 'liveness' || inputs.includes('liveness'));
}
