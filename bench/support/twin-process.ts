import { constantTimeEngine } from '../../local/rekognition/engine/constant-time-engine.js';
import { startTwin } from '../../local/twin.js';

/** The twin with its wire, quotas and errors, but faces that cost no time: what is left is what idv itself costs. */
const twin = await startTwin({ rekognition: { engine: constantTimeEngine() } });
process.send?.({ ready: true, endpoints: twin.endpoints, credentials: twin.credentials });
process.once('SIGTERM', () => {
  void twin.close().then(() => process.exit(0));
});
