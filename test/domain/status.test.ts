import assert from 'node:assert/strict';
import {
  allowedCommands,
  type Command,
  isFinal,
  mayBecome,
  type Status,
  statuses,
} from '../../domain/status.js';

const finals: Status[] = ['verified', 'rejected', 'expired', 'canceled'];

/** Where each command leads. */
const leadsTo: Record<Command, Status> = { submit: 'processing', cancel: 'canceled', resume: 'processing' };

describe('the status of a session', () => {
  it('is final when verified, rejected, expired or canceled, and never otherwise', () => {
    for (const status of statuses) assert.equal(isFinal(status), finals.includes(status), status);
  });

  it('never leaves a final status, and takes no command there', () => {
    for (const status of finals) {
      assert.deepEqual(allowedCommands(status), []);
      for (const next of statuses) assert.equal(mayBecome(status, next), false, `${status} → ${next}`);
    }
  });

  it('can be ended from everywhere else, by a person and by time', () => {
    for (const status of statuses.filter((each) => !isFinal(each))) {
      assert.ok(allowedCommands(status).includes('cancel'), status);
      assert.ok(mayBecome(status, 'canceled'), status);
    }
    // What nobody attends to runs out: one that waits for a person, or for an operator.
    assert.ok(mayBecome('requires_input', 'expired'));
    for (const status of ['needs_review', 'blocked'] as const) assert.ok(mayBecome(status, 'rejected'));
  });

  it('takes exactly the commands that a transition answers', () => {
    for (const status of statuses) {
      for (const command of allowedCommands(status))
        assert.ok(mayBecome(status, leadsTo[command]), `${status}: ${command}`);
      assert.equal(new Set(allowedCommands(status)).size, allowedCommands(status).length);
    }
    assert.deepEqual(
      statuses.filter((status) => allowedCommands(status).includes('submit')),
      ['requires_input'],
    );
    assert.deepEqual(
      statuses.filter((status) => allowedCommands(status).includes('resume')),
      ['blocked'],
    );
  });

  it('becomes verified only while it is judged or reviewed', () => {
    assert.deepEqual(
      statuses.filter((status) => mayBecome(status, 'verified')),
      ['processing', 'needs_review'],
    );
  });

  it('never becomes itself, and every status but the first two is reached from a session that begins', () => {
    for (const status of statuses) assert.equal(mayBecome(status, status), false);
    const reached = new Set<Status>(['requires_input']);
    for (const from of reached) for (const to of statuses) if (mayBecome(from, to)) reached.add(to);
    assert.deepEqual([...reached].sort(), [...statuses].sort());
  });
});
