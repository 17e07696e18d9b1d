import { ApplicationFailure } from '@temporalio/common';
import { failures } from '../../workflows/failures.js';

/** A place where a step waits until a test lets it go on. */
export interface Gate {
  /** Resolves once somebody waits here. */
  reached: Promise<void>;
  wait(): Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let arrive = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    reached,
    wait() {
      arrive();
      return opened;
    },
    open: () => open(),
  };
}

/** What no retry can mend. */
export function operatorMustAct(
  message = 'Give the role access.',
  details: unknown[] = [],
): ApplicationFailure {
  const type = failures.operatorMustAct;
  return onPurpose(ApplicationFailure.create({ type, message, details, nonRetryable: true }));
}

export function throttled(nextRetryDelay?: `${number}s`): ApplicationFailure {
  const delay = nextRetryDelay ? { nextRetryDelay } : {};
  return onPurpose(ApplicationFailure.create({ type: failures.throttled, message: 'Slow down.', ...delay }));
}

/** Without a stack trace, which would only put paths of this machine into recorded histories. */
function onPurpose(failure: ApplicationFailure): ApplicationFailure {
  return Object.assign(failure, { stack: '' });
}
