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
const leadsTo: Partial<Record<Command, Status>> = {
  submit: 'processing',
  cancel: 'canceled',
  resume: 'processing',
  review: 'processing',
};

const commandsOf = (status: Status) => allowedCommands({ status, inputs: ['liveness'] });

describe('the status of a session', () => {
  it('is final when verified, rejected, expired or canceled, and never otherwise', () => {
    for (const status of statuses) assert.equal(isFinal(status), finals.includes(status), status);
  });

  it('never leaves a final status, and only its redaction can be asked for there', () => {
    for (const status of finals) {
      assert.deepEqual(commandsOf(status), ['redact']);
      for (const next of statuses) assert.equal(mayBecome(status, next), false, `${status} → ${next}`);
    }
  });

  it('can be ended from everywhere else, by a person and by time', () => {
    for (const status of statuses.filter((each) => !isFinal(each))) {
      assert.ok(commandsOf(status).includes('cancel'), status);
      assert.ok(mayBecome(status, 'canceled'), status);
    }
    // What nobody attends to runs out: one that waits for a person, or for an operator.
    assert.ok(mayBecome('requires_input', 'expired'));
    assert.ok(mayBecome('needs_review', 'rejected'));
  });

  it('takes exactly the commands that a transition answers', () => {
    for (const status of statuses) {
      for (const command of commandsOf(status))
        assert.ok(!leadsTo[command] || mayBecome(status, leadsTo[command]), `${status}: ${command}`);
      assert.equal(new Set(commandsOf(status)).size, commandsOf(status).length);
    }
    assert.deepEqual(
      statuses.filter((status) => commandsOf(status).includes('submit')),
      ['requires_input'],
    );
    assert.deepEqual(
      statuses.filter((status) => commandsOf(status).includes('resume')),
      ['blocked'],
    );
  });

  it('becomes verified only while it is judged: a reviewer’s word is judged too', () => {
    assert.deepEqual(
      statuses.filter((status) => mayBecome(status, 'verified')),
      ['processing'],
    );
  });

  it('lets a capture begin only where the session takes one', () => {
    assert.ok(
      allowedCommands({ status: 'requires_input', inputs: ['selfie', 'liveness'] }).includes('liveness'),
    );
    assert.ok(!allowedCommands({ status: 'requires_input', inputs: ['selfie'] }).includes('liveness'));
  });

  it('never becomes itself, and every status but the first two is reached from a session that begins', () => {
    for (const status of statuses) assert.equal(mayBecome(status, status), false);
    const reached = new Set<Status>(['requires_input']);
    for (const from of reached) for (const to of statuses) if (mayBecome(from, to)) reached.add(to);
    assert.deepEqual([...reached].sort(), [...statuses].sort());
  });
});
