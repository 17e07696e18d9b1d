import assert from 'node:assert/strict';
import { reasonOf, reasons } from '../../domain/reasons.js';
import { ALL_REASONS } from './arbitraries.js';

describe('the catalogue of reasons', () => {
  it('says to the person and to the operator what is the matter, in sentences', () => {
    for (const code of ALL_REASONS) {
      for (const text of [reasonOf(code).person, reasonOf(code).operator])
        assert.match(text, /^[\p{Lu}].*[.]$/u, code);
    }
  });

  it('asks for a photo again only where another try is allowed', () => {
    for (const code of ALL_REASONS)
      if (reasonOf(code).input) assert.equal(reasonOf(code).disposition, 'retry', code);
  });

  it('asks for a photo wherever a check may be repeated: the person must know which one', () => {
    for (const code of ALL_REASONS) {
      const { check, disposition, input } = reasonOf(code);
      if (disposition === 'retry' && check !== 'session') assert.ok(input, code);
    }
  });

  it('has codes that are safe in URLs, metrics and search attributes', () => {
    for (const code of ALL_REASONS) assert.match(code, /^[a-z]+(_[a-z]+)*$/);
  });

  it('never tells the person scores, thresholds or whose face it is', () => {
    for (const code of ALL_REASONS) {
      assert.doesNotMatch(
        reasonOf(code).person,
        /\d|similar|threshold|Rekognition|shard|another user/i,
        code,
      );
    }
  });

  it('says the same to the person whether nobody, or somebody else, was recognised', () => {
    const told = ['face_not_recognised', 'ambiguous_match', 'user_not_registered'] as const;
    assert.equal(new Set(told.map((code) => reasons[code].person)).size, 1);
  });
});
