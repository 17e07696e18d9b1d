import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { CaptureResult } from '../../activities/ports/liveness.js';
import type { Ports } from '../../activities/ports.js';
import { readLiveness } from '../../activities/read-liveness.js';
import type { ImageRef } from '../../domain/image-ref.js';
import { policyWith } from '../support/session-fixtures.js';

const told = { requestId: 'r', durationMs: 3 };

describe('the result of a capture', () => {
  let reference: Uint8Array;
  let audit: Uint8Array;
  let stored: ImageRef[];
  before(async () => {
    const picture = (red: number) =>
      sharp({ create: { width: 64, height: 48, channels: 3, background: { r: red, g: 0, b: 0 } } }).jpeg();
    reference = await picture(200).toBuffer();
    audit = await picture(90).toBuffer();
  });
  beforeEach(() => {
    stored = [];
  });

  /** What the worker makes of these answers of Rekognition, one after the other. */
  const read = (...answers: CaptureResult[]) => {
    const liveness = { bucket: 'b', result: async () => answers.shift() ?? assert.fail('asked too often') };
    const photos = { put: async (ref: ImageRef) => void stored.push(ref) };
    return readLiveness({ liveness, photos } as unknown as Ports, {
      tenant: { account: 'acme', mode: 'test' },
      sessionId: 'vs_1',
      captureId: 'capture',
      policy: policyWith({ liveness: { confidence: 80 } }).liveness,
    });
  };
  const seen = (more: Partial<Extract<CaptureResult, { audit: unknown }>> = {}): CaptureResult => ({
    ...told,
    status: 'succeeded',
    confidence: 80,
    reference,
    audit: [audit],
    ...more,
  });

  it('passes from the policy’s confidence on, with its images in our bucket before anybody knows', async () => {
    const { result, reference: best, images } = await read(seen());
    assert.deepEqual([result.outcome, result.reasons], ['passed', []]);
    const hashes = [reference, audit].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    const { evidence, facts } = result;
    assert.deepEqual(evidence.measures, { minConfidence: 80, confidence: 80 });
    assert.deepEqual([evidence.threshold, evidence.images, evidence.requestIds], [80, hashes, ['r']]);
    assert.deepEqual(
      facts?.map(({ confidence, images }) => [confidence, images]),
      [[80, hashes]],
    );
    assert.deepEqual(stored, images);
    assert.deepEqual(best, {
      bucket: 'b',
      key: `incoming/acme/test/vs_1/capture/liveness-${hashes[0]?.slice(0, 32)}`,
      sha256: hashes[0],
      width: 64,
      height: 48,
    });
  });

  const failing: [what: string, answer: () => CaptureResult][] = [
    ['a confidence below the policy’s', () => seen({ confidence: 79.99 })],
    ['a capture that Rekognition could not judge', () => seen({ status: 'failed' })],
    ['no confidence', () => ({ ...told, status: 'succeeded', reference, audit: [] })],
    ['a confidence that is no number', () => seen({ confidence: Number.NaN })],
    ['no reference image', () => ({ ...told, status: 'succeeded', confidence: 99, audit: [audit] })],
  ];
  for (const [what, answer] of failing) {
    it(`does not pass with ${what}`, async () => {
      const { result } = await read(answer());
      assert.deepEqual([result.outcome, result.reasons], ['failed', ['liveness_failed']]);
    });
  }

  it('is waited for a moment, since the device is done before Rekognition is', async () => {
    const { result } = await read({ ...told, status: 'unfinished' }, seen());
    assert.deepEqual([result.outcome, result.evidence.calls], ['passed', 2]);
  });

  it('has run out where it is gone, or does not come in that moment', async () => {
    for (const answers of [
      [{ ...told, status: 'expired' } as const],
      Array.from({ length: 4 }, () => ({ ...told, status: 'unfinished' }) as const),
    ]) {
      const { result, images } = await read(...answers);
      assert.deepEqual([result.outcome, result.reasons, images], ['failed', ['liveness_expired'], []]);
    }
  });
});
