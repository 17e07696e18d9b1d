import { accounts, apiKeyOf } from './accounts.js';

/** The API, which knows as many accounts as the sweep has runs: more keys than fit through an environment. */
const keys = JSON.stringify(accounts(Number(process.argv[2])).map(apiKeyOf));
// Seen by who asks for it by name, and not handed on: a program started with it would not start.
process.env = new Proxy(process.env, {
  get: (env, name) => (name === 'IDV_API_KEYS' ? keys : env[name as string]),
  has: (env, name) => name === 'IDV_API_KEYS' || name in env,
});
await import('../../api/server.js');
