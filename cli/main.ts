import { Command } from 'commander';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { policyCommand } from './commands/policy.js';
import { setupCommand } from './commands/setup.js';
import { startCommand } from './commands/start.js';
import { testCommand } from './commands/test.js';

const program = new Command('idv')
  .description('Durable identity verification on Amazon Rekognition and Temporal')
  .addCommand(startCommand())
  .addCommand(demoCommand())
  .addCommand(doctorCommand())
  .addCommand(policyCommand())
  .addCommand(setupCommand())
  .addCommand(testCommand());

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error && !process.env.IDV_DEBUG ? error.message : error);
  process.exit(1);
});
