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
