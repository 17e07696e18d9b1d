import { CancellationScope } from '@temporalio/workflow';
import { persist } from './persist.js';

/** Undo steps, run in reverse order. */
export interface Saga {
  /** Registers an undo. Call it *before* the step: a step whose answer is lost may still have had its effect. */
  add(undo: () => Promise<void>): void;
  /** Runs every undo, also while the workflow is being cancelled. An undo never gives up, so this never fails halfway. */
  undo(): Promise<void>;
}

export function startSaga(): Saga {
  const undos: (() => Promise<void>)[] = [];
  return {
    add(undo) {
      undos.unshift(undo);
    },
    undo() {
      return CancellationScope.nonCancellable(async () => {
        for (let undo = undos.shift(); undo; undo = undos.shift()) await persist(undo);
      });
    },
  };
}
