import { serveJobs } from '../serve-jobs.js';
import { createAnalyse } from './analyse.js';
import type { Face, Wanted } from './face-engine.js';

const analyse = createAnalyse();

serveJobs<{ image: Uint8Array; wanted: Wanted }, Face[]>(({ image, wanted }) => analyse(image, wanted));
