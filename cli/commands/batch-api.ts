import { Option } from 'commander';

/** The API and what else is loaded when a command runs, so that `idv --help` stays quick. */
export async function loadApi() {
  const [{ apiClient }, { adoptInstallation }] = await Promise.all([
    import('../api-client.js'),
    import('../installation.js'),
  ]);
  const foundIn = adoptInstallation(process.env, console.error);
  return apiClient(process.env, foundIn);
}

/** Makes the environment that of the product which runs here, where it names none. */
export async function adopt(): Promise<NodeJS.ProcessEnv> {
  const { adoptInstallation } = await import('../installation.js');
  adoptInstallation(process.env, console.error);
  return process.env;
}

export const json = () => new Option('--json', 'print JSON, for programs');

export const operator = () => new Option('--operator <id>', 'who you are, for the record: an id, not a name');
