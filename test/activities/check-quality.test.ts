import assert from 'node:assert/strict';
import { checkQuality } from '../../activities/check-quality.js';
import { recommendedGates } from '../../domain/gates.js';
import { type OnTwin, onTwin } from './support/on-twin.js';
import { picture, pictureOf, unreadable } from './support/pictures.js';

describe('the quality check', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });

  async function check(bytes: Uint8Array, gates = recommendedGates) {
    const image = await aws.store(bytes);
    const result = await checkQuality(aws.ports.faces, { image, gates });
    assert.equal(result.check, 'quality');
    assert.deepEqual([result.evidence.images, result.evidence.calls], [[image.sha256], 1]);
    assert.match(result.evidence.requestIds?.[0] ?? '', /^[0-9a-f-]{36}$/);
    return result;
  }

  it('passes a good selfie with everything that was measured, to two decimals', async () => {
    const { outcome, reasons, evidence } = await check(picture('anna'));
    assert.deepEqual([outcome, reasons], ['passed', []]);
    assert.deepEqual(evidence.measures, {
      faces: 1,
      yaw: 0,
      pitch: -3,
      sharpness: 90.12,
      brightness: 80,
      faceSize: 400,
      eyesOpen: 98,
      sunglasses: 1,
      occluded: 1,
    });
  });

  it('measures what the gates name, and nothing else', async () => {
    const { evidence } = await check(picture('anna'), [{ measure: 'yaw', max: 45 }]);
    assert.deepEqual(evidence.measures, { faces: 1, yaw: 0 });
  });

  it('fails with the reason of every gate that is missed', async () => {
    const gates = [...recommendedGates, { measure: 'brightness' as const, min: 90 }];
    const { outcome, reasons } = await check(picture('anna', { pose: { Yaw: 60 } }), gates);
    assert.deepEqual([outcome, reasons], ['failed', ['selfie_pose', 'selfie_too_dark']]);
  });

  it('fails for no face, two faces and no image, each with its own reason', async () => {
    const two = ['anna', 'berta'].map((of) => ({ of, similarity: 100 }));
    for (const [bytes, reason, faces] of [
      [pictureOf([]), 'selfie_no_face', 0],
      [pictureOf(two), 'selfie_multiple_faces', 2],
      [unreadable, 'selfie_unreadable', undefined],
    ] as const) {
      const { outcome, reasons, evidence } = await check(bytes);
      assert.deepEqual([outcome, reasons, evidence.measures?.faces], ['failed', [reason], faces]);
    }
  });
});
