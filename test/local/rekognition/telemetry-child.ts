import { engine, portrait } from './photos.js';

// Run by telemetry.test.ts, with directories of its own for temporary and cached files.
const faces = await engine.analyse(portrait('audrey'), { attributes: [], vectors: 1, filter: 'NONE' });
await engine.close();
console.log(`${faces.length} face`);
