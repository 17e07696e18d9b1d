import type { Orientation } from './exif-orientation.js';

/** A JPEG or PNG whose container was read, but whose pixels were not decoded yet. */
export interface SourceImage {
  readonly contentType: 'image/jpeg' | 'image/png';
  /** Pixels as encoded, before `orientation` is applied. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /**
   * The same image, losslessly, without metadata, trailing bytes and anything a decoder does not need: to be joined.
   * Views of the bytes received, so that an upload that waits its turn is not in memory twice.
   */
  readonly parts: readonly Uint8Array[];
  /** True if Rekognition might not read it as a person sees it: alpha, CMYK, 16 bits, interlaced. */
  readonly unusual: boolean;
  /** Bytes a decoder holds at once, roughly: the whole image where the encoding cannot be read line by line. */
  readonly decoderBytes: number;
}
