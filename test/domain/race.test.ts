import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareRanks, judgeRival } from '../../domain/race.js';
import { faceRecord, rank } from './arbitraries.js';

const faceId = fc.constantFrom('f1', 'f2', 'f9');

describe('compareRanks', () => {
  it('puts an earlier start first, then the smaller session id', () => {
    const [a, b] = [
      { startedAt: 1, sessionId: 'b' },
      { startedAt: 2, sessionId: 'a' },
    ];
    assert.ok(compareRanks(a, b) < 0);
    assert.ok(compareRanks(b, { ...a, startedAt: 2 }) < 0);
  });

  it('is a strict total order: one of two sessions is always ahead, and chains hold', () => {
    fc.assert(
      fc.property(rank, rank, rank, (a, b, c) => {
        const same = a.startedAt === b.startedAt && a.sessionId === b.sessionId;
        assert.equal(Math.sign(compareRanks(a, b)), 0 - Math.sign(compareRanks(b, a)));
        assert.equal(compareRanks(a, b) === 0, same);
        if (compareRanks(a, b) < 0 && compareRanks(b, c) < 0) assert.ok(compareRanks(a, c) < 0);
      }),
    );
  });
});

describe('judgeRival', () => {
  it('has an answer for every rival, and the same one each time', () => {
    fc.assert(
      fc.property(rank, fc.option(faceRecord, { nil: undefined }), faceId, (own, rival, id) => {
        const move = judgeRival(own, rival, id);
        assert.ok(['lose', 'wait', 'displace', 'ignore'].includes(move));
        assert.equal(judgeRival(own, rival, id), move);
      }),
    );
  });

  it('loses to a face that counts, whatever its rank', () => {
    fc.assert(
      fc.property(rank, faceRecord, faceId, (own, rival, id) => {
        const counts =
          rival.state === 'active' && Object.values(rival.faces).some((face) => face.faceId === id);
        assert.equal(judgeRival(own, rival, id) === 'lose', counts);
      }),
    );
  });

  it('ignores a rival without a row, with one that is history, and a leftover that an active row does not list', () => {
    const [row] = fc.sample(faceRecord, 1);
    assert.ok(row);
    const own = { startedAt: 0, sessionId: 'me' };
    assert.equal(judgeRival(own, undefined, 'f1'), 'ignore');
    for (const state of ['replaced', 'lost', 'erased'] as const)
      assert.equal(judgeRival(own, { ...row, state }, 'f1'), 'ignore');
    assert.equal(judgeRival(own, { ...row, state: 'active', faces: {} }, 'f1'), 'ignore');
  });

  it('waits for whoever is ahead and displaces whoever is behind: of two, exactly one yields', () => {
    fc.assert(
      fc.property(faceRecord, faceRecord, faceId, (a, b, id) => {
        fc.pre(compareRanks(a.rank, b.rank) !== 0);
        const [one, two] = [
          judgeRival(a.rank, { ...b, state: 'tentative' }, id),
          judgeRival(b.rank, { ...a, state: 'tentative' }, id),
        ];
        assert.deepEqual([one, two].sort(), ['displace', 'wait']);
        assert.equal(one === 'displace', compareRanks(a.rank, b.rank) < 0);
      }),
    );
  });
});
