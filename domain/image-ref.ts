/** A photo in S3. Workflows, rows and histories carry this, never bytes. */
export interface ImageRef {
  bucket: string;
  key: string;
  /** Lower-case hex SHA-256 of the stored bytes. */
  sha256: string;
  /** Pixels, as displayed. */
  width: number;
  height: number;
}

export type Input = 'selfie' | 'reference' | 'document_front' | 'document_back' | 'liveness';
export type PhotoInput = Exclude<Input, 'liveness'>;
export type Photos = { [input in PhotoInput]?: ImageRef };

/** Photos that are required and not there yet, in the order of the policy. */
export function missingPhotos(
  needs: Readonly<Record<Input, 'off' | 'optional' | 'required'>>,
  photos: Photos,
): PhotoInput[] {
  return (Object.keys(needs) as Input[]).filter(
    (name): name is PhotoInput => name !== 'liveness' && needs[name] === 'required' && !photos[name],
  );
}
