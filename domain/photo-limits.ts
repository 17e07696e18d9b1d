/**
 * The largest photo that Rekognition reads from S3: "15 MB", https://docs.aws.amazon.com/rekognition/latest/dg/limits.html. The
 * same page says "5 MB" of photos sent as bytes, and the API reference has the number for those, 5,242,880
 * (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Image.html, `Bytes`): an MB is 1,048,576 bytes.
 */
export const LARGEST_BYTES = 15 * 1_048_576;

/** The largest photo that is sent as bytes as it is; larger ones are scaled. Below the limit whichever "MB" a service means. */
export const INLINE_BYTES = 5_000_000;

/** "The minimum image resolution for both height and width is 80 pixels", https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
export const LEAST_PIXELS = 80;
