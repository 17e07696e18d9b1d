import { DefaultFailureConverter } from '@temporalio/common';

/** Encrypts messages and stack traces of failures as well: by default they stand in history in plain text. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
