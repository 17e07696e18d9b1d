/** A photo in S3 as rows name it. One that a batch job left where it is was not read: then only its name is known. */
export interface StoredImage {
  bucket: string;
  key: string;
  /** Of the bucket, where it is not the service's. */
  region?: string;
  /** Lower-case hex SHA-256 of the stored bytes. */
  sha256?: string;
  /** Pixels, as displayed. */
  width?: number;
  height?: number;
}

/** A photo in S3 that was looked at. Workflows, rows and histories carry this, never bytes. */
export interface ImageRef extends StoredImage {
  sha256: string;
  width: number;
  height: number;
}

/** Of those that were looked at: what decisions and facts name a photo by. */
export const hashesOf = (...images: readonly StoredImage[]): string[] =>
  images.flatMap(({ sha256 }) => sha256 ?? []);

export type Input = 'selfie' | 'reference' | 'document_front' | 'document_back' | 'liveness';
export type PhotoInput = Exclude<Input, 'liveness'>;
export type Photos = { [input in PhotoInput]?: ImageRef };

/** Inputs that are required and not there yet, in the order of the policy. */
export function missingInputs(
  needs: Readonly<Record<Input, 'off' | 'optional' | 'required'>>,
  given: { photos: Photos; liveness?: boolean },
): Input[] {
  const has = (name: Input) => (name === 'liveness' ? given.liveness === true : Boolean(given.photos[name]));
  return (Object.keys(needs) as Input[]).filter((name) => needs[name] === 'required' && !has(name));
}
