/** One thing that the service needs and `idv setup` makes. */
export interface Part {
  /** As an operator sees it, e.g. `table idv`. */
  name: string;
  /**
   * What is missing or differs, in a few words; undefined when all is as it should be.
   * @throws Error that says what to do, where that cannot be told or `make` could not mend it
   */
  missing(): Promise<string | undefined>;
  /** Makes what is missing and waits until it can be used. Several may do so at once: one of them may then fail. */
  make(): Promise<void>;
}
