import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { BUNDLE_PATH, bundleOptions } from './bundle-options.js';

const { code } = await bundleWorkflowCode(bundleOptions);
await writeFile(BUNDLE_PATH, code);
console.log(`Workflow bundle: ${BUNDLE_PATH} (${Math.round(code.length / 1024)} KiB)`);
