import type { CallFact } from '../../domain/facts.js';
import { hashesOf, type StoredImage } from '../../domain/image-ref.js';
import type { PhotoFault, Told } from '../ports/face-index.js';
import { type Sending, type SentImage, sendable } from './image-of.js';
import { type CallOptions, observed } from './observe.js';
import type { Pace } from './pace.js';
import { errorName, toFailure } from './to-failure.js';

export type Send<T> = (options: CallOptions) => Promise<T>;

/**
 * What Rekognition says of a photo it cannot use (API reference, errors of each operation). With InvalidParameterException
 * SearchFacesByImage and CompareFaces say that there is no face; our parameters themselves are held by the contract tests.
 */
const PHOTO_FAULTS = {
  InvalidImageFormatException: 'unreadable',
  ImageTooLargeException: 'unreadable',
  InvalidParameterException: 'no_face',
} as const satisfies Record<string, PhotoFault>;

/**
 * Of a photo that somebody else keeps: it may have gone, and nobody has looked how large it is. DetectFaces and IndexFaces, which
 * these are for, say of a photo without a face that there is none: a parameter they refuse is ours.
 */
export const ARCHIVE_FAULTS = {
  InvalidImageFormatException: 'unreadable',
  ImageTooLargeException: 'too_large',
  InvalidS3ObjectException: 'not_found',
} as const;

interface Output {
  $metadata: { requestId?: string };
}

type Faults = Readonly<Record<string, string>>;
type FaultOf<F extends Faults> = F[keyof F];

/** Makes calls about photos in turn, and keeps what is kept of them. */
export function createPhotoCalls(options: Sending & { pace: Pace }) {
  /** A call about photos. That Rekognition cannot use one of them is a result. */
  return async function call<T extends Output, F extends Faults = typeof PHOTO_FAULTS>(
    operation: string,
    photos: readonly StoredImage[],
    send: (...images: SentImage[]) => Send<T>,
    found: (output: T) => Partial<CallFact>,
    faults: F = PHOTO_FAULTS as unknown as F,
  ): Promise<({ output: T } | { fault: FaultOf<F> }) & Told> {
    const sent = await Promise.all(photos.map((photo) => sendable(photo, options)));
    const started = performance.now();
    const told = (requestId: string, more: Partial<CallFact>): Told => ({
      requestId,
      fact: {
        operation,
        requestId,
        durationMs: Math.round(performance.now() - started),
        images: hashesOf(...photos),
        ...more,
      },
    });
    const refused = (name: string, requestId: string) => {
      const fault = faults[name] as FaultOf<F>;
      return { fault, ...told(requestId, { fault }) };
    };

    for (const photo of sent) {
      if (!('fault' in photo)) continue;
      const name = ERRORS[photo.fault];
      // As Rekognition would have said.
      if (name in faults) return refused(name, 'none');
      throw toFailure(operation, Object.assign(new Error(), { name }));
    }
    await options.pace(operation);
    try {
      const output = await observed(
        'rekognition',
        operation,
        send(...(sent as SentImage[])),
        Object.keys(faults),
      );
      const requestId = requestIdOf(output);
      return { output, ...told(requestId, found(output)) };
    } catch (error) {
      const name = errorName(error);
      if (!(name in faults)) throw error;
      return refused(name, requestIdOf(error as Output));
    }
  };
}

const ERRORS = {
  not_found: 'InvalidS3ObjectException',
  too_large: 'ImageTooLargeException',
  unreadable: 'InvalidImageFormatException',
} as const;

function requestIdOf({ $metadata }: Output): string {
  return $metadata?.requestId ?? 'unknown';
}
