import type { IndexedFace } from '../face-record.js';

/** Why a photo was not indexed. */
export const itemReasons = {
  multiple_faces: 'More than one face is in the photo.',
  no_face: 'No face was found.',
  unreadable: 'It is no JPEG or PNG that can be read.',
  empty_file: 'The object has no content.',
  too_large: 'More than 15 MB, or more than Rekognition takes.',
  too_small: 'Fewer than 80 pixels wide or high, which Rekognition does not take.',
  not_found: 'The object is not there.',
  key_not_matched: 'The key does not fit the template that says whose photo it is.',
  user_id_missing: 'The manifest does not say whose photo it is.',
  user_id_invalid: 'A user id has 1 to 255 characters. In JSON it is a string, or a whole number below 2^53.',
  line_unreadable: 'The line of the manifest cannot be read.',
  key_missing: 'The line of the manifest names no key.',
  quality: 'The photo does not pass the gates of the policy.',
  /** `UnindexedFaces` of IndexFaces, https://docs.aws.amazon.com/rekognition/latest/APIReference/API_UnindexedFace.html */
  extreme_pose: 'The head is turned too far.',
  low_brightness: 'The face is too dark.',
  low_sharpness: 'The face is blurred.',
  low_confidence: 'It may be no face.',
  small_bounding_box: 'The face is too small.',
  low_face_quality: 'The face is not good enough.',
  user_exists: 'The user has a face already, and the job skips those.',
  already_indexed: 'This very photo was indexed before.',
  user_busy: 'Somebody else changed the user all the while.',
  user_erasing: 'The user is being erased.',
  access_denied: 'The object may not be read, by the service or by Rekognition.',
  refused: 'Rekognition would not take the request for it.',
  throttled: 'Rekognition or DynamoDB would not take it.',
  unavailable: 'A service failed again and again.',
  rolled_back: 'The job was cancelled and took it back.',
} as const;

export type ItemReason = keyof typeof itemReasons;

/** `dead_letter`: not the photo's fault; can be tried again. */
export type ItemStatus = 'indexed' | 'rejected' | 'skipped' | 'dead_letter';

/** What became of a photo: a row of the ledger. Written once it is known; never a row before that. */
export interface ItemOutcome {
  /** 26 characters; the same for the same object (bucket, key, ETag), whichever job meets it: also the `faceKey`. */
  itemId: string;
  /** The id that the row has had so far, which goes: of a dead letter whose object could not be looked at, or changed since. */
  was?: string;
  chunk: number;
  status: ItemStatus;
  reason?: ItemReason;
  /** Tries of what was given up. */
  attempts?: number;
  /** `s3://bucket/key`; sealed in the table. Empty once the user was erased. */
  uri: string;
  /** Sealed in the table. */
  userId?: string;
  subject?: string;
  face?: IndexedFace;
  /** A face of another user is this person's too: said by the search for duplicates. */
  duplicate?: true;
  /** Of a manifest. */
  line?: number;
  /** What else the manifest says of it, by column; sealed in the table. */
  attributes?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  at: number;
}

/** How many items came to what: `indexed`, `rejected/multiple_faces`, `dead_letter/throttled`. */
export type ItemCounts = Readonly<Record<string, number>>;

export const countKey = ({ status, reason }: Pick<ItemOutcome, 'status' | 'reason'>): string =>
  reason ? `${status}/${reason}` : status;
