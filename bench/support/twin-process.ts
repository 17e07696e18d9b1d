import { readPorts } from '../../local/ports.js';
import { constantTimeEngine } from '../../local/rekognition/engine/constant-time-engine.js';
import { constantTimeTextEngine } from '../../local/text/constant-time-text.js';
import { startTwin } from '../../local/twin.js';

/** The twin with its wire, quotas and errors, but faces and texts that cost no time: what is left is what idv itself costs. */
const { dynamodb, s3, rekognition, textract, twinControl } = readPorts();
const twin = await startTwin({
  dataDir: process.env.IDV_TWIN_DATA_DIR || '.idv/twin',
  ports: { dynamodb, s3, rekognition, textract, control: twinControl },
  rekognition: { engine: constantTimeEngine() },
  text: constantTimeTextEngine(),
});
process.send?.({ ready: true });
process.once('SIGTERM', () => {
  void twin.close().then(() => process.exit(0));
});
