import assert from 'node:assert/strict';
import { lookAtItem, unusable } from '../../../activities/batch/look-at-item.js';
import type { ManifestSource, SourceItem } from '../../../domain/batch/source.js';
import { INLINE_BYTES, LARGEST_BYTES } from '../../../domain/photo-limits.js';

const manifest: ManifestSource = {
  ...{ kind: 'manifest', bucket: 'b', key: 'list.csv', format: 'csv' },
  columns: { key: 'key' },
  userId: 'p/{user_id}.jpg',
};
const named: ManifestSource = { ...manifest, columns: { key: 'key', userId: 'user_id' } };
const { userId: _, ...columnOnly } = named;

/** Why a run rejects it, where the object has so many bytes. */
async function inRun(source: ManifestSource, item: SourceItem, size = 1): Promise<string | undefined> {
  const looked = await lookAtItem({ look: async () => ({ key: item.key, etag: 'e', size }) }, source, item);
  return 'reason' in looked ? looked.reason : undefined;
}

describe('why a photo is not indexed, before anything is paid for', () => {
  it('is the same in a plan, or where a manifest is validated, and in a run', async () => {
    const item = { bucket: 'b', key: 'q/1.jpg', line: 2 };
    const cases: [ManifestSource, SourceItem, string | undefined][] = [
      [manifest, item, 'key_not_matched'],
      [named, item, 'key_not_matched'],
      [columnOnly, item, 'user_id_missing'],
      [manifest, { ...item, userId: 'u' }, undefined],
      [manifest, { ...item, userId: 'x'.repeat(256) }, 'user_id_invalid'],
      [manifest, { ...item, key: 'ü'.repeat(513) }, 'not_found'],
      [manifest, { ...item, key: '', broken: 'key_missing' }, 'key_missing'],
    ];
    for (const [source, each, reason] of cases) {
      assert.equal(unusable(source, each), reason);
      assert.equal(await inRun(source, each), reason);
    }
  });

  it('is its size above 15 MB, an MB being 1,048,576 bytes', async () => {
    const item = { bucket: 'b', key: 'p/1.jpg', userId: '1' };
    assert.equal(await inRun(manifest, item, LARGEST_BYTES), undefined);
    assert.equal(await inRun(manifest, item, LARGEST_BYTES + 1), 'too_large');
    assert.equal(await inRun(manifest, item, 0), 'empty_file');
    assert.equal(LARGEST_BYTES, 15_728_640);
    assert.ok(INLINE_BYTES < 5_242_880);
  });
});
