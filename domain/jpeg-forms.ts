/** How to encode: no side longer than `side` pixels, at `quality` (1–100). */
export interface JpegForm {
  readonly side: number;
  readonly quality: number;
}

/**
 * Pixels a side that are kept. A face must cover a share of the frame (40 px in 1920 × 1080, "proportionally larger" above,
 * https://docs.aws.amazon.com/rekognition/latest/dg/limits.html), so pixels beyond this find no further face, but every later
 * decode, upload and login pays for them.
 */
export const LONGEST_SIDE = 4096;

/**
 * Tried in this order until the bytes fit. Quality gives way before size down to where compression would blur a face,
 * then size: a face that fills a fifth of the frame still has 200 pixels at 1024.
 */
const jpegForms: readonly JpegForm[] = [
  { side: LONGEST_SIDE, quality: 95 },
  { side: LONGEST_SIDE, quality: 88 },
  { side: LONGEST_SIDE, quality: 80 },
  { side: 2560, quality: 85 },
  { side: 1600, quality: 85 },
  { side: 1024, quality: 80 },
  { side: 640, quality: 75 },
];

/** The best form of an image that has at most `maxBytes` bytes; undefined if none has. */
export async function fittingForm<T extends { bytes: Uint8Array }>(
  maxBytes: number,
  render: (form: JpegForm) => Promise<T>,
): Promise<T | undefined> {
  for (const form of jpegForms) {
    const rendered = await render(form);
    if (rendered.bytes.byteLength <= maxBytes) return rendered;
  }
  return undefined;
}
