/** An error that a service of the twin answers with. */
export class ServiceFault extends Error {
  constructor(
    override readonly name: string,
    /** HTTP status. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The connection is to be closed without an answer. */
export class DropConnection extends Error {
  override readonly name = 'DropConnection';
}
