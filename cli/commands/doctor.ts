import { Command } from 'commander';

/** `idv doctor`: what is there and what is missing; exit code 0 when `npm start` can work. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what is there and what is missing on this machine')
    .action(async () => {
      const { doctor } = await import('../doctor.js');
      process.exitCode = (await doctor(process.env, console.log)) ? 0 : 1;
    });
}
