import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { acceptImage } from '../../../api/images/accept-image.js';
import { imageCodes } from '../../../api/images/image-codes.js';
import { imageLimits } from '../../../api/images/image-limits.js';
import { PNG_SIGNATURE, pngChunk } from '../../../api/images/png-chunks.js';
import {
  baseline,
  drawing,
  markerAt,
  plainJpeg,
  pngOfSize,
  portrait,
  segment,
  withChunks,
  withSegments,
} from './make-images.js';
import { refused } from './refused.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const iso = (brand: string, ...more: string[]): Buffer => {
  const brands = latin1(`${brand}\0\0\0\0${more.join('')}`);
  return Buffer.concat([Buffer.from([0, 0, 0, 8 + brands.length]), latin1('ftyp'), brands, Buffer.alloc(64)]);
};
const frames = (): Promise<Buffer[]> =>
  Promise.all(
    ['red', 'blue'].map((background) =>
      sharp({ create: { width: 90, height: 90, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );

/** The baseline JPEG with another size written into its frame header. */
function jpegOfSize(width: number, height: number): Buffer {
  const jpeg = Buffer.from(baseline);
  const frame = markerAt(jpeg, 0xc0);
  jpeg.writeUInt16BE(height, frame + 5);
  jpeg.writeUInt16BE(width, frame + 7);
  return jpeg;
}

describe('image refusals', () => {
  it('each have a 4xx status (or 503 where we are at fault) and advice', () => {
    for (const [code, { status, title, text }] of Object.entries(imageCodes)) {
      assert.match(code, /^image_[a-z_]+$/);
      assert.ok((status >= 400 && status < 500) || code === 'image_intake_busy');
      assert.ok(title.length > 10 && text.length > 20);
    }
  });

  it('tell an empty upload', () => refused(Buffer.alloc(0), 'image_empty'));

  describe('of other types, told by bytes', () => {
    const others: Record<string, [Buffer | Promise<Buffer>, RegExp]> = {
      text: [latin1('Hello, this is no picture.\n'.repeat(20)), /is text/],
      JSON: [latin1('{"image": 1}'), /is text/],
      'one byte': [Buffer.from([0xff]), /unknown type/],
      'binary junk': [Buffer.from('00ff13378086ffd8'.repeat(40), 'hex'), /unknown type/],
      'base64 of a JPEG': [latin1(portrait.toString('base64')), /base64/],
      'base64 of a PNG': [latin1(drawing.toString('base64')), /base64/],
      'a data URL': [latin1('data:image/jpeg;base64,/9j/'), /data: URL/],
      GIF: [sharp(portrait).gif().toBuffer(), /GIF/],
      WebP: [sharp(portrait).webp().toBuffer(), /WebP/],
      AVIF: [sharp(portrait).resize(96, 96).avif({ effort: 0 }).toBuffer(), /AVIF/],
      TIFF: [sharp(portrait).tiff().toBuffer(), /TIFF/],
      BMP: [Buffer.concat([latin1('BM'), Buffer.alloc(200)]), /BMP/],
      PDF: [latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), /PDF/],
      SVG: [latin1('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'), /SVG/],
      'JPEG XL': [Buffer.from('0000000c4a584c200d0a870a', 'hex'), /JPEG XL/],
      'JPEG 2000': [Buffer.from('0000000c6a5020200d0a870a', 'hex'), /JPEG 2000/],
      'a video': [iso('isom', 'mp42'), /video/],
    };
    for (const [name, [bytes, detail]] of Object.entries(others)) {
      it(`name ${name}`, async () => {
        assert.match((await refused(await bytes, 'image_unsupported_format')).detail, detail);
      });
    }

    it('advise on HEIC of every brand', async () => {
      for (const bytes of [iso('heic', 'mif1'), iso('mif1', 'heic'), iso('msf1', 'hevc'), iso('heix')]) {
        assert.match((await refused(bytes, 'image_heic')).detail, /JPEG/);
      }
    });
  });

  describe('of animations', () => {
    it('tell an animated GIF', async () => {
      await refused(
        await sharp(await frames(), { join: { animated: true } })
          .gif()
          .toBuffer(),
        'image_animated',
      );
    });
    it('tell an animated WebP', async () => {
      await refused(
        await sharp(await frames(), { join: { animated: true } })
          .webp()
          .toBuffer(),
        'image_animated',
      );
    });
    it('tell an animated AVIF', () => refused(iso('avis', 'avif', 'msf1'), 'image_animated'));
    it('tell an APNG, yet take one with a single frame', async () => {
      const control = (count: number): Buffer => pngChunk('acTL', Buffer.from([0, 0, 0, count, 0, 0, 0, 0]));
      await refused(withChunks(drawing, control(2)), 'image_animated');
      assert.deepEqual(Buffer.from((await acceptImage(withChunks(drawing, control(1)))).bytes), drawing);
    });
  });

  describe('of broken files', () => {
    it('tell a JPEG cut anywhere', async () => {
      for (const share of [0.01, 0.2, 0.5, 0.9, 0.99]) {
        for (const jpeg of [baseline, portrait]) {
          await refused(jpeg.subarray(0, Math.ceil(jpeg.length * share)), 'image_truncated');
        }
      }
    });
    it('tell a progressive JPEG cut between two scans, which would decode without complaint', async () => {
      await refused(portrait.subarray(0, markerAt(portrait, 0xda, 4)), 'image_truncated');
    });
    it('tell a PNG cut anywhere, its end chunk included', async () => {
      for (const length of [9, 20, 40, 5000, drawing.length - 12, drawing.length - 1]) {
        await refused(drawing.subarray(0, length), 'image_truncated');
      }
    });
    it('tell a JPEG whose middle is missing', async () => {
      const cut = [baseline.subarray(0, baseline.length / 2), baseline.subarray(baseline.length - 2)];
      await refused(Buffer.concat(cut), 'image_corrupt');
    });
    it('tell overwritten pixel data in a JPEG', async () => {
      const jpeg = Buffer.from(baseline);
      jpeg.fill(0xaa, jpeg.length / 2, jpeg.length / 2 + 3000);
      await refused(jpeg, 'image_corrupt');
    });
    it('tell a JPEG of headers only', async () => {
      await refused(Buffer.from('ffd8ffd9', 'hex'), 'image_corrupt');
      await refused(
        Buffer.concat([baseline.subarray(0, markerAt(baseline, 0xda)), Buffer.from('ffd9', 'hex')]),
        'image_corrupt',
      );
    });
    it('tell a wrong checksum in a PNG', async () => {
      const png = Buffer.from(drawing);
      png[2000] = (png[2000] as number) ^ 1;
      await refused(png, 'image_corrupt');
    });
    it('tell pixel data that is no zlib stream, too short, or missing', async () => {
      const chunks = (type: string, body: Buffer): Buffer =>
        Buffer.concat([drawing.subarray(0, 33), pngChunk(type, body), pngChunk('IEND', Buffer.alloc(0))]);
      await refused(chunks('IDAT', Buffer.alloc(500, 7)), 'image_corrupt');
      await refused(pngOfSize(200, 200), 'image_corrupt');
      await refused(chunks('tEXt', Buffer.from('a\0b')), 'image_corrupt');
    });
    it('tell encodings that nobody takes photos in', async () => {
      const lossless = Buffer.from(baseline);
      lossless[markerAt(lossless, 0xc0) + 1] = 0xc3;
      await refused(lossless, 'image_too_complex');
      const twelveBit = Buffer.from(baseline);
      twelveBit[markerAt(twelveBit, 0xc0) + 4] = 12;
      await refused(twelveBit, 'image_too_complex');
      await refused(
        Buffer.concat([PNG_SIGNATURE, pngChunk('CgBI', Buffer.alloc(4)), drawing.subarray(8)]),
        'image_too_complex',
      );
    });
  });

  describe('by size', () => {
    it('tell less than 80 pixels a side', async () => {
      await refused(await plainJpeg(1, 1), 'image_too_small');
      assert.match((await refused(await plainJpeg(79, 500), 'image_too_small')).detail, /79 × 500/);
      await refused(pngOfSize(500, 79), 'image_too_small');
      assert.equal((await acceptImage(await plainJpeg(80, 80))).width, 80);
    });
    it('tell a strip whose short side would not survive scaling', async () => {
      await refused(await plainJpeg(40_000, 100), 'image_too_small');
    });
    it('tell more than 15 MB before reading them', async () => {
      await refused(Buffer.alloc(imageLimits.maxBytes + 1), 'image_too_large');
      await refused(Buffer.concat([baseline, Buffer.alloc(imageLimits.maxBytes)]), 'image_too_large');
    });
    it('tell more than 50 megapixels by the header, without decoding', async () => {
      const started = performance.now();
      await refused(jpegOfSize(65_500, 65_500), 'image_too_many_pixels');
      await refused(jpegOfSize(8192, 6600), 'image_too_many_pixels');
      await refused(pngOfSize(50_000, 50_000), 'image_too_many_pixels');
      await refused(pngOfSize(2 ** 31 - 1, 2 ** 31 - 1, { colourType: 6 }), 'image_too_many_pixels');
      assert.ok(performance.now() - started < 200);
    });
    it('tell a side of zero', async () => {
      await refused(pngOfSize(0, 100), 'image_corrupt');
      await refused(jpegOfSize(100, 0), 'image_corrupt');
    });
  });

  describe('of bombs', () => {
    it('do not inflate text, and a colour profile only with a bound', async () => {
      const zeros = deflateSync(Buffer.alloc(64 * 1024 * 1024));
      const text = pngChunk('zTXt', Buffer.concat([latin1('Comment\0\0'), zeros]));
      const international = pngChunk('iTXt', Buffer.concat([latin1('Comment\0\x01\0\0\0'), zeros]));
      const profile = pngChunk('iCCP', Buffer.concat([latin1('bomb\0\0'), zeros]));
      const started = performance.now();
      const image = await acceptImage(withChunks(drawing, text, international, profile));
      assert.ok(performance.now() - started < 1000);
      assert.deepEqual(Buffer.from(image.bytes), drawing);
    });
    it('take no more of the pixel data in a PNG than its header announces', async () => {
      const rows = Buffer.alloc(100 * (1 + 100 * 3));
      const bomb = deflateSync(Buffer.concat([rows, Buffer.alloc(256 * 1024 * 1024)]));
      const started = performance.now();
      const outcome = await acceptImage(pngOfSize(100, 100, { data: bomb })).catch((error: Error) => error);
      assert.ok(performance.now() - started < 300);
      assert.ok(!(outcome instanceof Error) || outcome.message.startsWith('image_corrupt'));
    });
    it('tell a JPEG with hundreds of scans', async () => {
      const scan = portrait.subarray(portrait.lastIndexOf(Buffer.from('ffda', 'hex')), portrait.length - 2);
      const head = portrait.subarray(0, portrait.length - 2);
      const bomb = Buffer.concat([head, ...Array<Buffer>(500).fill(scan), Buffer.from('ffd9', 'hex')]);
      await refused(bomb, 'image_too_complex');
    });
    it('tell millions of empty segments or chunks', async () => {
      const started = performance.now();
      const comments = Buffer.concat(Array<Buffer>(1_000_000).fill(segment(0xfe, '')));
      await refused(withSegments(baseline, comments), 'image_too_complex');
      const chunks = Buffer.concat(Array<Buffer>(500_000).fill(pngChunk('tEXt', Buffer.alloc(0))));
      await refused(withChunks(drawing, chunks), 'image_too_complex');
      assert.ok(performance.now() - started < 2000);
    });
  });
});
