import { DetectTextCommand, type RekognitionClient, type TextDetection } from '@aws-sdk/client-rekognition';
import type { TextReader } from '../../ports/text-reader.js';
import type { Sending } from '../image-of.js';
import type { Pace } from '../pace.js';
import { type Box, lineOf } from './line-of.js';
import { readPages } from './read-pages.js';

/** What DetectText says of a photo it cannot use (API reference, DetectText). */
const FAULTS = ['InvalidImageFormatException', 'ImageTooLargeException', 'InvalidParameterException'];

/**
 * Text by Rekognition DetectText: lines and nothing else, 100 words of a page at most
 * (https://docs.aws.amazon.com/rekognition/latest/dg/text-detection.html).
 */
export function createDetectTextReader(
  client: RekognitionClient,
  options: Sending & { pace: Pace },
): TextReader {
  return {
    read: (document) =>
      readPages(document, options, {
        service: 'rekognition',
        operation: 'DetectText',
        pace: options.pace,
        faults: FAULTS,
        send: (image, options) => client.send(new DetectTextCommand({ Image: image }), options),
        page: ({ TextDetections = [] }) => ({
          lines: TextDetections.filter(({ Type }) => Type === 'LINE').map(textLine),
          named: {},
        }),
      }),
  };
}

function textLine({ DetectedText = '', Geometry }: TextDetection) {
  return lineOf(DetectedText, Geometry?.BoundingBox as Box | undefined);
}
