import { ApplicationFailure, TemporalFailure } from '@temporalio/workflow';
import { type ReasonCode, reasons } from '../domain/reasons.js';
import { failures } from './failures.js';

/** Why a session is blocked: what the activity that gave up said, or that somebody has to find out. */
export function blockedBy(failure: TemporalFailure): ReasonCode {
  for (let error: unknown = failure; error instanceof TemporalFailure; error = error.cause) {
    if (!(error instanceof ApplicationFailure) || error.type !== failures.operatorMustAct) continue;
    const reason = (error.details?.[0] as { reason?: unknown } | undefined)?.reason;
    if (typeof reason === 'string' && Object.hasOwn(reasons, reason)) return reason as ReasonCode;
  }
  return 'operator_must_act';
}
