import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addErased,
  addKept,
  BACKUP_DAYS,
  begunErasure,
  endedErasure,
  isFaceOf,
  isUnderWay,
  searchPhotos,
} from '../../domain/erasure.js';
import { externalImageId, type FaceRecord } from '../../domain/face-record.js';
import { isFinal, statuses } from '../../domain/status.js';

const begun = begunErasure({ erasureId: 'er_1', subject: 's', requestedBy: 'key', requestedAt: 1 });
const end = { emptied: true, remaining: [], hadFaces: true, retentionMs: 7, at: 1_000 };
const base32 = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'),
    minLength: length,
    maxLength: length,
  });

describe('an erasure', () => {
  it('adds up what every pass removed, store by store, in the order they were first met', () => {
    const passes = fc.array(
      fc.record({ store: fc.constantFrom('a', 'b', 'c'), erased: fc.nat(50), at: fc.nat() }),
    );
    fc.assert(
      fc.property(passes, (removed) => {
        const { stores } = removed.reduce(
          (sum, { store, erased, at }) => addErased(sum, store, erased, at),
          begun,
        );
        assert.deepEqual(
          stores.map(({ store }) => store),
          [...new Set(removed.map(({ store }) => store))],
        );
        for (const { store, erased, at } of stores) {
          const own = removed.filter((each) => each.store === store);
          assert.equal(
            erased,
            own.reduce((sum, each) => sum + each.erased, 0),
          );
          assert.equal(at, own.at(-1)?.at);
        }
      }),
    );
  });

  it('adds up the photos that stay where they are, bucket by bucket', () => {
    assert.equal(addKept(begun, []), begun);
    const first = addKept(begun, [{ bucket: 'a', photos: 2 }]);
    const { kept } = addKept(first, [
      { bucket: 'b', photos: 1 },
      { bucket: 'a', photos: 3 },
    ]);
    assert.deepEqual(kept, [
      { bucket: 'a', photos: 5 },
      { bucket: 'b', photos: 1 },
    ]);
  });

  it('is done exactly when the last pass found nothing, and neither did the last search, or no face was ever known', () => {
    const last = fc.record({
      remaining: fc.option(fc.array(fc.record({ collection: fc.string(), faces: fc.nat(3) })), {
        nil: undefined,
      }),
      hadFaces: fc.boolean(),
      emptied: fc.boolean(),
    });
    fc.assert(
      fc.property(last, ({ emptied, remaining, hadFaces }) => {
        const clean = emptied && (remaining ? remaining.every(({ faces }) => faces === 0) : !hadFaces);
        const { status } = endedErasure(begun, { ...end, emptied, remaining, hadFaces });
        assert.equal(status, clean ? 'done' : 'incomplete');
      }),
    );
  });

  it('says when backups and histories are gone, and does not where that is not known', () => {
    const ended = endedErasure(begun, end);
    assert.deepEqual(
      [ended.backupsExpireAt, ended.historiesExpireAt],
      [1_000 + BACKUP_DAYS * 86_400_000, 121_007],
    );
    assert.equal(endedErasure(begun, { ...end, retentionMs: undefined }).historiesExpireAt, undefined);
  });

  it('takes every face under the pseudonym for the user’s, whatever its key, and no other', () => {
    fc.assert(
      fc.property(base32(26), base32(26), base32(16), (subject, other, key) => {
        assert.ok(isFaceOf(subject, externalImageId(subject, key)));
        assert.equal(isFaceOf(subject, externalImageId(other, key)), other === subject);
        assert.ok(!isFaceOf(subject, `${subject}x:${key}`) && !isFaceOf(subject, undefined));
      }),
    );
  });

  it('searches with the photo of a face that counts first, then the newest, each once', () => {
    const face = (key: string, state: FaceRecord['state'], startedAt: number) =>
      ({ state, rank: { startedAt, sessionId: 's' }, image: { key } }) as FaceRecord;
    const fence = { state: 'erased', rank: { startedAt: 9, sessionId: 's' } } as FaceRecord; // has no photo
    const rows = [
      face('old', 'replaced', 1),
      fence,
      face('lost', 'lost', 3),
      face('now', 'active', 2),
      face('now', 'lost', 1),
    ];
    assert.deepEqual(
      searchPhotos(rows).map(({ key }) => key),
      ['now', 'lost', 'old'],
    );
  });

  it('waits for the sessions that have not ended, and for no other', () => {
    for (const status of statuses) assert.equal(isUnderWay(status), !isFinal(status));
    assert.ok(!isUnderWay(undefined));
  });
});
