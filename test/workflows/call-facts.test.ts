import assert from 'node:assert/strict';
import type { CheckResult } from '../../domain/decision.js';
import type { CallFact } from '../../domain/facts.js';
import { countAttempt, noteFacts, takeFacts } from '../../workflows/call-facts.js';

const fact = (requestId: string): CallFact => ({ operation: 'O', requestId, durationMs: 1, images: [] });
const closest = { subject: 'other', similarity: 98 };
const result: CheckResult = {
  check: 'duplicate',
  outcome: 'failed',
  reasons: ['duplicate_face'],
  evidence: {},
};

describe('what activities told of their calls', () => {
  beforeEach(() => {
    takeFacts();
    countAttempt(1);
  });

  it('is taken out of every kind of answer, which is otherwise as it was', () => {
    const facts = [fact('a'), fact('b')];
    assert.deepEqual(noteFacts({ ...result, facts, closest }), result);
    assert.deepEqual(noteFacts({ seen: true, result: { ...result, facts } }), { seen: true, result });
    assert.deepEqual(noteFacts({ face: { faceId: 'f' }, facts }), { face: { faceId: 'f' } });
    for (const other of [undefined, null, 'text', { opened: true }, { result }])
      assert.deepEqual(noteFacts(other), other);
    const taken = takeFacts();
    assert.deepEqual(
      taken.facts.map(({ requestId, check, outcome }) => [requestId, check, outcome]),
      [
        ...['a', 'b', 'a', 'b'].map((id) => [id, 'duplicate', 'failed']),
        ...['a', 'b'].map((id) => [id, undefined, undefined]),
      ],
    );
    assert.deepEqual(taken.closest, closest);
  });

  it('is taken once, numbered on, and belongs to the attempt it was told in', () => {
    noteFacts({ facts: [fact('a')] });
    countAttempt(2);
    noteFacts({ facts: [fact('b')] });
    const [first, second] = takeFacts().facts;
    assert.deepEqual([first?.attempt, second?.attempt], [1, 2]);
    assert.deepEqual(takeFacts().facts, []);
    noteFacts({ facts: [fact('c')] });
    assert.equal(takeFacts().facts[0]?.number, (second?.number ?? 0) + 1);
  });
});
