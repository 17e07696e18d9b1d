import { join } from 'node:path';
import { Command } from 'commander';

/** `idv policy validate`: exit code 1 when a policy needs mending. */
export function policyCommand(): Command {
  return new Command('policy').description('look after the policies').addCommand(validateCommand());
}

function validateCommand(): Command {
  return new Command('validate')
    .description('check every policy file of a directory')
    .argument('[directory]', 'where they are; IDV_POLICIES or the policies of this package by default')
    .action(async (given?: string) => {
      const { loadPolicies } = await import('../../api/policies.js');
      const { projectRoot } = await import('../project-root.js');
      const directory = given ?? process.env.IDV_POLICIES ?? join(projectRoot(), 'policies');
      try {
        const { policies, warnings } = loadPolicies(directory);
        for (const warning of warnings) console.log(`warning: ${warning}`);
        for (const { name, version } of policies.values()) console.log(`ok: ${name}, version ${version}`);
      } catch (error) {
        console.error((error as Error).message);
        process.exitCode = 1;
      }
    });
}
