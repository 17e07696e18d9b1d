import assert from 'node:assert/strict';
import fc from 'fast-check';
import { counts, externalImageId, listsFace, parseExternalImageId } from '../../domain/face-record.js';
import { ALL_STATES, faceKey, faceRecord, subject } from './arbitraries.js';

const OWNER = 'abcdefghijklmnopqrstuvwxyz';

describe('ExternalImageId', () => {
  it('says whose face it is and which, and is one that Rekognition takes', () => {
    fc.assert(
      fc.property(subject, faceKey, (who, key) => {
        const id = externalImageId(who, key);
        assert.match(id, /^[a-zA-Z0-9_.\-:]{1,255}$/);
        assert.deepEqual(parseExternalImageId(id), { subject: who, faceKey: key });
      }),
    );
  });

  it('is the same for two faces only when they are the same', () => {
    fc.assert(
      fc.property(subject, faceKey, subject, faceKey, (who, key, other, otherKey) => {
        const same = who === other && key === otherKey;
        assert.equal(externalImageId(who, key) === externalImageId(other, otherKey), same);
      }),
    );
  });

  it('is nobody’s when somebody else made it', () => {
    const foreign = [
      undefined,
      '',
      ':',
      'jane.doe@example.com',
      OWNER,
      `${OWNER}:`,
      `:${OWNER}`,
      `${OWNER}a:key`,
      `${OWNER.slice(1)}:key`,
      `${OWNER}:key:more`,
      `${OWNER}:KEY`,
      `${OWNER}:key1`,
      `${OWNER.toUpperCase()}:key`,
      ` ${OWNER}:key`,
      `${OWNER}:key\n`,
      `\n${OWNER}:key`,
      `x\n${OWNER}:key`,
    ];
    for (const id of foreign) assert.equal(parseExternalImageId(id), undefined, JSON.stringify(id));
    fc.assert(
      fc.property(fc.string(), (id) => {
        const parsed = parseExternalImageId(id);
        if (parsed) assert.equal(externalImageId(parsed.subject, parsed.faceKey), id);
      }),
    );
  });
});

describe('a face', () => {
  it('counts if and only if its row is active and lists it', () => {
    fc.assert(
      fc.property(faceRecord, fc.constantFrom('f1', 'f2', 'f9'), (row, faceId) => {
        const listed = Object.values(row.faces).some((face) => face.faceId === faceId);
        assert.equal(listsFace(row, faceId), listed);
        assert.equal(counts(row, faceId), row.state === 'active' && listed);
      }),
    );
  });

  it('counts for nobody without a row, or in any other state', () => {
    assert.equal(counts(undefined, 'f1'), false);
    const [row] = fc.sample(faceRecord, 1);
    assert.ok(row);
    const faces = { '1': { faceId: 'f1', collection: 'c', faceModelVersion: '7.0' } };
    for (const state of ALL_STATES)
      assert.equal(counts({ ...row, faces, state }, 'f1'), state === 'active', state);
    assert.equal(counts({ ...row, faces: {}, state: 'active' }, 'f1'), false);
  });
});
