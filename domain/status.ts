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
export type Command = 'submit' | 'cancel' | 'resume';

/**
 * The life of a session, as docs/http.md tells it. `processing` goes back to `requires_input` after a check that the person may
 * repeat; `needs_review` and `blocked` may be cancelled or run out, and `blocked` may be resumed.
 */
const transitions: Record<Status, readonly Status[]> = {
  requires_input: ['processing', 'expired', 'canceled'],
  processing: ['requires_input', 'verified', 'rejected', 'needs_review', 'blocked', 'canceled'],
  needs_review: ['processing', 'verified', 'rejected', 'canceled'],
  blocked: ['processing', 'rejected', 'canceled'],
  verified: [],
  rejected: [],
  expired: [],
  canceled: [],
};

const commands: Record<Status, readonly Command[]> = {
  requires_input: ['submit', 'cancel'],
  processing: ['cancel'],
  needs_review: ['cancel'],
  blocked: ['cancel', 'resume'],
  verified: [],
  rejected: [],
  expired: [],
  canceled: [],
};

export const statuses = Object.keys(transitions) as readonly Status[];

export function mayBecome(from: Status, to: Status): boolean {
  return transitions[from].includes(to);
}

/** Nothing follows a final status. */
export function isFinal(status: Status): boolean {
  return transitions[status].length === 0;
}

/** A 409 lists these, so that a caller knows what would be accepted now. */
export function allowedCommands(status: Status): readonly Command[] {
  return commands[status];
}
