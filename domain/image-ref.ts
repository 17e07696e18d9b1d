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

/** Inputs that are required and not there yet, in the order of the policy. */
export function missingInputs(
  needs: Readonly<Record<Input, 'off' | 'optional' | 'required'>>,
  given: { photos: Photos; liveness?: boolean },
): Input[] {
  const has = (name: Input) => (name === 'liveness' ? given.liveness === true : Boolean(given.photos[name]));
  return (Object.keys(needs) as Input[]).filter((name) => needs[name] === 'required' && !has(name));
}
