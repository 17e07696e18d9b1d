import { Command } from 'commander';
import { batchCommand } from './commands/batch.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { policyCommand } from './commands/policy.js';
import { reconcileCommand } from './commands/reconcile.js';
import { sessionsCommand } from './commands/sessions.js';
import { setupCommand } from './commands/setup.js';
import { startCommand } from './commands/start.js';
import { testCommand } from './commands/test.js';

/** Commands that need `local/` and packages for development; the production image has neither. */
const forDevelopment = () => [startCommand(), demoCommand(), doctorCommand(), testCommand()];

/**
 * The `idv` program.
 * @param options.development whether `local/` is there; without it, the commands that need it are not there either
 */
export function createProgram({ development }: { development: boolean }): Command {
  const program = new Command('idv').description(
    'Durable identity verification on Amazon Rekognition and Temporal',
  );
  for (const command of development ? forDevelopment() : []) program.addCommand(command);
  for (const command of [
    batchCommand(),
    policyCommand(),
    reconcileCommand(),
    sessionsCommand(),
    setupCommand(),
  ])
    program.addCommand(command);
  if (development) return program;
  const names = forDevelopment().map((command) => command.name());
  return program.addHelpText('after', `\nNot in this installation, only in a checkout: ${names.join(', ')}.`);
}
