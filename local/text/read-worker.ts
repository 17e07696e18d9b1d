import { serveJobs } from '../rekognition/serve-jobs.js';
import { createReadPage } from './read-page.js';

serveJobs(createReadPage());
