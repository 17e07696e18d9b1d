/** Why an image was not taken: the HTTP status of the refusal and the text for the person who sent the image. */
export interface ImageCode {
  /** 413 too many bytes, 415 not a type we take, 422 the right type but unusable, 503 our turn to be better. */
  readonly status: 413 | 415 | 422 | 503;
  /** Heading of the problem document; the same for each occurrence (RFC 9457, 3.1.3). */
  readonly title: string;
  /** What to do now. */
  readonly text: string;
}

/** The one list of refusals of the image intake; API, OpenAPI and page read it. Codes are never renamed. */
export const imageCodes = {
  image_empty: {
    status: 422,
    title: 'The image is empty',
    text: 'Choose or take the photo again and wait for the upload to finish.',
  },
  image_unsupported_format: {
    status: 415,
    title: 'Not a JPEG or PNG image',
    text: 'Send the photo as a JPEG or PNG file; renaming a file does not change its format.',
  },
  image_heic: {
    status: 415,
    title: 'HEIC photos are not supported',
    text:
      'Take the photo in this page, or export it as JPEG first. ' +
      'On an iPhone: Settings > Camera > Formats > Most Compatible, then take it again.',
  },
  image_animated: {
    status: 422,
    title: 'The image is animated',
    text: 'Send a single still photo as JPEG or PNG.',
  },
  image_truncated: {
    status: 422,
    title: 'The end of the image is missing',
    text: 'Upload the photo again on a steady connection, or choose another photo.',
  },
  image_corrupt: {
    status: 422,
    title: 'The image is damaged',
    text: 'It cannot be opened. Take the photo again, or save it again as JPEG in a photo app.',
  },
  image_too_small: {
    status: 422,
    title: 'The image is too small',
    text: 'Send the photo in its original size; it needs at least 80 pixels on each side.',
  },
  image_too_large: {
    status: 413,
    title: 'The file is too large',
    text: 'Send a photo of at most 15 MB, for instance by saving it as JPEG or in a smaller size.',
  },
  image_too_many_pixels: {
    status: 422,
    title: 'The image has too many pixels',
    text: 'Send a photo of at most 50 megapixels: choose a smaller photo size in the camera, or scale it down.',
  },
  image_too_complex: {
    status: 422,
    title: 'The image is encoded in an unusual way',
    text: 'Save it again as a standard JPEG in a photo app, or take the photo again.',
  },
  image_intake_busy: {
    status: 503,
    title: 'Too many images are being read right now',
    text: 'Nothing is wrong with the photo. Send it again in a few seconds.',
  },
} as const satisfies Record<string, ImageCode>;

/** A code of the image intake. */
export type ImageCodeName = keyof typeof imageCodes;
