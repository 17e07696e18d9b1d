import type { BoundingBox } from '../shapes.js';

/** A face as a collection keeps it. There is no image in it, nor could one be made from it. */
export interface FaceMetadata {
  faceId: string;
  imageId: string;
  externalImageId?: string;
  boundingBox: BoundingBox;
  /** 0-100. */
  confidence: number;
  /** Milliseconds since 1970. */
  indexedAt: number;
  /** Start of the SHA-256 of the image, for the duplicate rule. */
  imageHash: string;
}

/** First record of a file. */
export interface CollectionMetadata {
  id: string;
  /** Of the engine that makes its vectors; vectors of different versions cannot be compared. */
  faceModelVersion: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

/** One change to a collection. */
export type Change =
  | { kind: 'created'; collection: CollectionMetadata }
  | { kind: 'added'; face: FaceMetadata; vector: Float32Array }
  | { kind: 'removed'; faceIds: readonly string[] }
  | { kind: 'tagged'; tags: Readonly<Record<string, string>> };

/** Length of the JSON part. */
const PREFIX = 4;

/** A change as bytes: JSON, then the vector as float32 where there is one (little-endian, as every machine we run on). */
export function encodeChange(change: Change): Uint8Array {
  const { vector, ...rest } = { vector: new Float32Array(0), ...change };
  const json = Buffer.from(JSON.stringify(rest));
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32LE(json.length);
  return Buffer.concat([prefix, json, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)]);
}

/** Inverse of `encodeChange`. */
export function decodeChange(bytes: Buffer): Change {
  const end = PREFIX + bytes.readUInt32LE(0);
  const change = JSON.parse(bytes.toString('utf8', PREFIX, end)) as Change;
  if (change.kind !== 'added') return change;
  const aligned = new Uint8Array(bytes.subarray(end)); // a copy
  return { ...change, vector: new Float32Array(aligned.buffer) };
}
