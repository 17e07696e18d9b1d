import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets of a development installation. They protect test data only. */
export interface DevelopmentSecrets {
  /** As the service takes them. */
  environment: Record<string, string>;
  /** API keys in plain text, to be shown to the developer. */
  keys: { test: string; live: string };
}

interface StoredSecrets {
  pseudonymKey: string;
  idempotencySecret: string;
  encryptionKeys: string;
  fieldKeys: string;
  keys: { test: string; live: string };
}

/**
 * The secrets in `<stateDir>/secrets.json` (mode 0600), made at the first call. They stay the same from then on:
 * another pseudonym key would orphan every person, another encryption key every history. Throws when the file is
 * there but cannot be read as such.
 */
export function developmentSecrets(stateDir: string): DevelopmentSecrets {
  const file = join(stateDir, 'secrets.json');
  const stored = read(file) ?? create(file);
  const apiKeys = (['test', 'live'] as const).map((mode) => ({
    sha256: createHash('sha256').update(stored.keys[mode]).digest('hex'),
    account: 'default',
    mode,
    name: `development ${mode}`,
  }));
  return {
    keys: stored.keys,
    environment: {
      IDV_PSEUDONYM_KEY: stored.pseudonymKey,
      IDV_IDEMPOTENCY_SECRET: stored.idempotencySecret,
      IDV_ENCRYPTION_KEYS: stored.encryptionKeys,
      IDV_FIELD_KEYS: stored.fieldKeys,
      IDV_API_KEYS: JSON.stringify(apiKeys),
    },
  };
}

function read(file: string): StoredSecrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stored = JSON.parse(text) as StoredSecrets;
    const { pseudonymKey, idempotencySecret, encryptionKeys, fieldKeys, keys } = stored;
    if (
      ![pseudonymKey, idempotencySecret, encryptionKeys, fieldKeys, keys?.test, keys?.live].every(Boolean)
    ) {
      throw new Error('incomplete');
    }
    return stored;
  } catch {
    throw new Error(
      `${file} is damaged. Restore it; or remove the whole directory it is in, whose data cannot be read without it.`,
    );
  }
}

function create(file: string): StoredSecrets {
  const key = () => randomBytes(32).toString('base64');
  const apiKey = (mode: string) => `sk_${mode}_${randomBytes(24).toString('base64url')}`;
  const stored: StoredSecrets = {
    pseudonymKey: key(),
    idempotencySecret: key(),
    encryptionKeys: `dev-1:${key()}`,
    fieldKeys: `dev-1:${key()}`,
    keys: { test: apiKey('test'), live: apiKey('live') },
  };
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600); // also where a leftover of another mode was overwritten
  renameSync(`${file}.new`, file);
  return stored;
}
