import { z } from 'zod';
import { type Environment, readEnvironment } from '../../configuration/environment.js';
import { secret } from '../../configuration/secret.js';

const schema = z.object({ IDV_PSEUDONYM_KEY: secret });

/**
 * The key of pseudonyms, from `IDV_PSEUDONYM_KEY`; numbers of documents are hashed with it too. Permanent.
 * @throws Error when the variable is missing or wrong
 */
export function pseudonymKey(environment: Environment = process.env): Uint8Array {
  return readEnvironment(schema, environment).IDV_PSEUDONYM_KEY;
}
