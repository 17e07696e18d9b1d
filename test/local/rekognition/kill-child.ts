import { CreateCollectionCommand } from '@aws-sdk/client-rekognition';
import { constantTimeEngine } from '../../../local/rekognition/engine/constant-time-engine.js';
import { startRekognition } from './support.js';

// Run by kill.test.ts, to be killed: serves a collection from the folder given and tells its URL.
const running = await startRekognition({ dataDir: process.argv[2] as string, engine: constantTimeEngine() });
await running.client.send(new CreateCollectionCommand({ CollectionId: 'people' }));
process.send?.(running.url);
