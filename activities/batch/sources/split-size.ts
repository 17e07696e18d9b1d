/** How a source is cut. */
export interface SplitSize {
  /** Items of a range at most. */
  chunkItems: number;
  /** Ranges at most. */
  chunks: number;
  /** Items at most in all: what is left of a limit. */
  remaining?: number;
}
