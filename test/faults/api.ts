import { accounts, apiKeyOf } from './accounts.js';

/** The API, which knows as many accounts as the sweep has runs: more keys than fit through an environment. */
process.env.IDV_API_KEYS = JSON.stringify(accounts(Number(process.argv[2])).map(apiKeyOf));
await import('../../api/server.js');
