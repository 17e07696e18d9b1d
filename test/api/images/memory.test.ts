import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import { acceptImage } from '../../../api/images/accept-image.js';

const require = createRequire(import.meta.url);
const MEGABYTE = 1024 * 1024;

describe('memory', () => {
  it('stays bounded for 20 uploads of 50 megapixels at once (3 GB if all were decoded side by side)', async () => {
    const group = readFileSync(
      join(require.resolve('@vladmandic/face-api/package.json'), '../demo/sample1.jpg'),
    );
    const large = await sharp(group)
      .resize(8192, 6144, { fit: 'fill', kernel: 'nearest' })
      .jpeg({ quality: 60 })
      .toBuffer();

    const before = process.memoryUsage.rss();
    let peak = before;
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 10);
    try {
      const accepted = await Promise.all(Array.from({ length: 20 }, () => acceptImage(Buffer.from(large))));
      assert.ok(accepted.every(({ width, height }) => width === 4096 && height === 3072));
    } finally {
      clearInterval(sampler);
    }
    const growth = (peak - before) / MEGABYTE;
    assert.ok(growth < 800, `grew by ${growth.toFixed(0)} MiB`);
  }).timeout(60_000);
});
