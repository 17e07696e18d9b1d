import { ApplicationFailure } from '@temporalio/common';
import type { ItemReason } from '../../domain/batch/item.js';
import type { ReasonCode } from '../../domain/reasons.js';
import { failures } from '../../workflows/failures.js';
import { operatorMustAct } from './operator-must-act.js';

/**
 * What keeps one photo out and only an operator can mend: alone it is a dead letter, and many in a row are a permission that is
 * missing, or worse.
 * @param message what to do, where it is said of the whole job
 */
export function itemFault(item: ItemReason, reason: ReasonCode, message: string): ApplicationFailure {
  return operatorMustAct(message, reason, { item });
}

/** Why the photo is a dead letter; undefined of a failure that is no photo's. */
export function faultOfItem(error: unknown): ItemReason | undefined {
  return detailsOf(error)?.item;
}

/** A request that Rekognition would not even look at (`ValidationException`) is that photo's: its key may be odd. */
export function ofItem(error: unknown): unknown {
  if (detailsOf(error)?.reason !== 'operator_must_act') return error;
  return itemFault('refused', 'operator_must_act', (error as ApplicationFailure).message);
}

function detailsOf(error: unknown): { reason?: ReasonCode; item?: ItemReason } | undefined {
  if (!(error instanceof ApplicationFailure) || error.type !== failures.operatorMustAct) return undefined;
  return (error.details?.[0] ?? {}) as { reason?: ReasonCode; item?: ItemReason };
}
