import { teardown } from './teardown.js';

process.env.LOG_LEVEL ??= 'silent';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// Loaded before the test files (`file` in .mocharc.json), so that this is a hook of the whole run. It is not one of
// mocha's `require`d root hooks, because test/support/run.ts would get another copy of what the tests share.
after('ends what the run shares', teardown);
