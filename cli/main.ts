#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from './program.js';

const program = createProgram({ development: existsSync(join(import.meta.dirname, '..', 'local')) });

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error && !process.env.IDV_DEBUG ? error.message : error);
  process.exit(1);
});
