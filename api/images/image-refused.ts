import { type ImageCode, type ImageCodeName, imageCodes } from './image-codes.js';

/** The image was not taken. `detail` is meant for the person who sent it and says what to do; it holds no image data. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused';
  readonly code: ImageCodeName;
  /** HTTP status of the answer: 413, 415, 422, or 503 when the intake itself is overloaded. */
  readonly status: ImageCode['status'];
  readonly title: string;
  readonly detail: string;

  /** `fact` is a sentence about this image ("It is 40 × 40 pixels."), put before the advice of the code. */
  constructor(code: ImageCodeName, fact?: string, options?: ErrorOptions) {
    const { status, title, text } = imageCodes[code];
    const detail = fact ? `${fact} ${text}` : text;
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}
