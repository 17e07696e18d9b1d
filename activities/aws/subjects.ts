import { createHmac } from 'node:crypto';
import { pseudonymOf } from '../../domain/pseudonym.js';
import type { Subjects } from '../ports/subjects.js';

/** @param key `IDV_PSEUDONYM_KEY` */
export function createSubjects(key: Uint8Array): Subjects {
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest();
  return (tenant, userId) => pseudonymOf(hmac, tenant, userId);
}
