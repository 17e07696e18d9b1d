import assert from 'node:assert/strict';
import { comparePhotos } from '../../activities/compare-photos.js';
import { policyWith } from '../support/session-fixtures.js';
import { type OnTwin, onTwin } from './support/on-twin.js';
import { picture, pictureOf, unreadable } from './support/pictures.js';

const policy = {
  ...policyWith(),
  thresholds: {
    '6': { match: 97, search: 95, duplicate: 97, review: 90 },
    '7': { match: 91, search: 95, duplicate: 97, review: 90 },
  },
};

describe('the comparison with a trusted photo', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });

  async function compare(selfieBytes: Uint8Array, referenceBytes: Uint8Array) {
    const [selfie, reference] = await Promise.all([aws.store(selfieBytes), aws.store(referenceBytes)]);
    const result = await comparePhotos(aws.ports.faces, { selfie, reference, policy });
    assert.equal(result.check, 'face_match');
    const { images, threshold, thresholdEntry, calls, requestIds } = result.evidence;
    assert.deepEqual(images, [selfie.sha256, reference.sha256]);
    // CompareFaces names no model version: the strictest threshold of all holds.
    assert.deepEqual([threshold, thresholdEntry, calls, requestIds?.length], [97, 'strictest', 1, 1]);
    return result;
  }

  it('passes photos of one person', async () => {
    const { outcome, reasons, evidence } = await compare(
      picture('anna'),
      picture('anna', { similarity: 98 }),
    );
    assert.deepEqual([outcome, reasons], ['passed', []]);
    assert.ok(Math.abs((evidence.similarity ?? 0) - 98) < 0.5);
  });

  it('fails those of two, and those not alike enough, with the score', async () => {
    for (const [bytes, least, most] of [
      [picture('berta'), 0, 5],
      [picture('anna', { similarity: 95 }), 94, 96],
    ] as const) {
      const { outcome, reasons, evidence } = await compare(picture('anna'), bytes);
      assert.deepEqual([outcome, reasons], ['failed', ['face_mismatch']]);
      assert.ok((evidence.similarity ?? -1) >= least && (evidence.similarity ?? 101) <= most);
    }
  });

  it('says of a trusted photo without a usable face what is wrong with it', async () => {
    for (const [bytes, reason] of [
      [pictureOf([]), 'reference_no_face'],
      [picture('anna', { held: true }), 'reference_no_face'],
      [unreadable, 'reference_unreadable'],
    ] as const) {
      const { outcome, reasons } = await compare(picture('anna'), bytes);
      assert.deepEqual([outcome, reasons], ['failed', [reason]]);
    }
  });
});
