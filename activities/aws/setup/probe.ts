/** A call that leaves nothing behind and shows whether the service may do what it must. */
export interface Probe {
  /** What it shows, as IAM spells it. */
  action: string;
  /** ARN to grant it on. */
  resource: string;
  run(): Promise<unknown>;
  /** Errors that only somebody gets who may do this. */
  answers?: readonly string[];
}

/** Under this name in table and bucket nothing of a tenant can be: their keys begin with the account. */
export const RESERVED = '_setup';
