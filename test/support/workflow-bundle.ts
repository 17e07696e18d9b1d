import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleOptions } from '../../workers/bundle-options.js';

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The workflows as workers run them, bundled once however many tests of the run ask. */
export function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundleWorkflowCode({ ...bundleOptions, logger: new DefaultLogger('WARN') });
  return bundle;
}
