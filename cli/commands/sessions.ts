import { Command, Option } from 'commander';
import type { SessionFilter } from '../sessions.js';
import { number } from './number.js';

/** `idv sessions`: what operators do with verification sessions, over the HTTP API. */
export function sessionsCommand(): Command {
  return new Command('sessions')
    .description('look after verification sessions, over the API (IDV_API_URL, IDV_API_KEY)')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(reviewCommand())
    .addCommand(resumeCommand())
    .addCommand(simpleCommand('cancel', 'stop a session and undo what it began'))
    .addCommand(simpleCommand('redact', 'take photos and personal fields out of an ended session'));
}

/** Loaded when a command runs, so that `idv --help` stays quick. */
async function load() {
  const [{ apiClient }, { adoptInstallation }, sessions] = await Promise.all([
    import('../api-client.js'),
    import('../installation.js'),
    import('../sessions.js'),
  ]);
  const foundIn = adoptInstallation(process.env, console.error);
  return { api: apiClient(process.env, foundIn), ...sessions };
}

const operator = () => new Option('--operator <id>', 'who you are, for the record: an id, not a name');

function listCommand(): Command {
  return new Command('list')
    .description('list sessions, newest first')
    .option('--status <status>', 'e.g. needs_review or blocked')
    .option('--reason <code>', 'only those that last ended with this reason')
    .option('--flow <flow>')
    .option('--user <id>', 'your id of the user')
    .option('--limit <n>', 'how many at most', number({ least: 1, whole: true }), 50)
    .option('--json', 'print what the API answers')
    .action(async ({ limit, json = false, ...filter }: SessionFilter & { limit: number; json?: boolean }) => {
      const { api, listSessions } = await load();
      await listSessions(api, filter, { limit, json }, console.log);
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('show where a session stands, why, and what it takes now')
    .argument('<session>')
    .option('--json', 'print what the API answers')
    .action(async (id: string, { json = false }: { json?: boolean }) => {
      const { api, showSession } = await load();
      await showSession(api, id, json, console.log);
    });
}

function reviewCommand(): Command {
  return new Command('review')
    .description('decide about a session that needs review')
    .argument('<session>')
    .addOption(
      new Option('--decision <decision>', 'what you decide')
        .choices(['approve', 'reject', 'resubmit'])
        .makeOptionMandatory(),
    )
    .addOption(operator().makeOptionMandatory())
    .option('--inputs <names...>', 'of resubmit: what the person shall hand in again; everything by default')
    .action(async (id: string, body: { decision: string; operator: string; inputs?: string[] }) => {
      const { api, command } = await load();
      await command(api, id, 'review', body, console.log);
    });
}

function resumeCommand(): Command {
  return new Command('resume')
    .description('go on with sessions whose cause is mended: one, or --all of a --reason')
    .argument('[session]')
    .option('--all', 'every blocked session with the reason')
    .option('--reason <code>', 'of --all: e.g. access_denied')
    .option('--rate <n>', 'of --all: sessions a second at most', number({ least: 0.01 }), 5)
    .addOption(operator())
    .action(async (id: string | undefined, flags: ResumeFlags, self: Command) => {
      const { all = false, reason, rate, operator: who } = flags;
      const { api, command, resumeAll } = await load();
      const by = who === undefined ? {} : { operator: who };
      if (id !== undefined && !all) return command(api, id, 'resume', by, console.log);
      if (id !== undefined || !all || reason === undefined)
        return self.error('error: name one session, or give --all with --reason');
      process.exitCode = (await resumeAll(api, { reason, rate, ...by }, console.log)) ? 0 : 1;
    });
}

interface ResumeFlags {
  all?: boolean;
  reason?: string;
  rate: number;
  operator?: string;
}

function simpleCommand(name: 'cancel' | 'redact', description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<session>')
    .addOption(operator())
    .action(async (id: string, body: { operator?: string }) => {
      const { api, command } = await load();
      await command(api, id, name, body, console.log);
    });
}
