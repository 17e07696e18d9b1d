import type { Request } from 'express';
import { problems } from '../problem.js';

/** The id of a batch job (`bj`), or of a plan of one (`bp`), in the path of a request. @throws Problem 404 */
export function batchIdOf(request: Request, prefix: 'bj' | 'bp', what: string): string {
  const { id } = request.params;
  if (typeof id === 'string' && id.startsWith(`${prefix}_`) && /^.{3}[a-z2-7]{26}$/.test(id)) return id;
  throw problems.notFound(what);
}
