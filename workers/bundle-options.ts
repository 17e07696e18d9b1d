import { fileURLToPath } from 'node:url';
import type { BundleOptions } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '../temporal.config.js';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** One set of options for the build, the workers in development, and replays: a bundle must match all of them. */
export const bundleOptions = {
  workflowsPath: fileURLToPath(new URL(`../workflows/index.${extension}`, import.meta.url)),
  failureConverterPath: FAILURE_CONVERTER_PATH,
} satisfies BundleOptions;

/** Where `npm run build` puts the bundle. */
export const BUNDLE_PATH = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
