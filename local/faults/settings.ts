/** A service of the twin. */
export type ServiceName = 'dynamodb' | 'rekognition' | 's3' | 'textract';

/** How one operation behaves; what is absent falls back to its service. */
export interface OperationSettings {
  /** Calls a second that are let through; null: no limit; 'default': what AWS gives a new account in us-east-1. */
  quota?: number | 'default' | null;
  /** Size of the token bucket, in calls; absent: one second's worth of the quota (at least 1). */
  burst?: number;
  /** Milliseconds added before the effect. */
  latencyMs?: number;
  /** Further random milliseconds, evenly spread over 0..jitterMs. */
  jitterMs?: number;
}

/** How one service behaves: the fallback of its operations, and the operations that differ. */
export interface ServiceSettings extends OperationSettings {
  operations: Record<string, OperationSettings>;
}

/** What can be changed at run time, without losing data. */
export interface Settings {
  dynamodb: ServiceSettings;
  rekognition: ServiceSettings & {
    /** A face appears in searches and lists only this many milliseconds after IndexFaces answered. */
    visibilityDelayMs: number;
    /** Same image bytes, collection and ExternalImageId: not stored twice (API reference, IndexFaces). */
    duplicateRule: boolean;
  };
  s3: ServiceSettings;
  textract: ServiceSettings;
  /** How many requests the log keeps; the oldest go first. */
  logLimit: number;
}

/** A change: what is absent stays. */
export type SettingsPatch = {
  [Key in keyof Settings]?: Settings[Key] extends object ? Partial<Settings[Key]> : Settings[Key];
};

/** No limits, no delays: what a test starts from. */
export function initialSettings(): Settings {
  return {
    dynamodb: { operations: {} },
    rekognition: { operations: {}, visibilityDelayMs: 0, duplicateRule: true },
    s3: { operations: {} },
    textract: { operations: {} },
    logLimit: 20_000,
  };
}

const SERVICES = ['dynamodb', 'rekognition', 's3', 'textract'] as const;
const OPERATION_FIELDS = new Set(['quota', 'burst', 'latencyMs', 'jitterMs']);
const SERVICE_FIELDS = new Set([...OPERATION_FIELDS, 'operations']);
const REKOGNITION_FIELDS = new Set([...SERVICE_FIELDS, 'visibilityDelayMs', 'duplicateRule']);

/**
 * `current` with `patch` laid over it; `operations` merge by name, and an operation given as null goes back to its
 * service's. Throws an Error that names the field when a value does not fit; `current` is untouched then.
 */
export function patched(current: Settings, patch: unknown): Settings {
  if (!isObject(patch)) throw new Error('Settings must be a JSON object, e.g. {"rekognition":{"quota":20}}.');
  const next = structuredClone(current);
  for (const [key, value] of Object.entries(patch)) {
    if (key === 'logLimit') next.logLimit = numberAtLeast(0, value, key);
    else if (isService(key)) patchService(next[key], key, value);
    else throw new Error(`Unknown setting "${key}". Known: ${[...SERVICES, 'logLimit'].join(', ')}.`);
  }
  return next;
}

function patchService(target: ServiceSettings, service: ServiceName, patch: unknown): void {
  if (!isObject(patch)) throw new Error(`"${service}" must be an object.`);
  const known = service === 'rekognition' ? REKOGNITION_FIELDS : SERVICE_FIELDS;
  for (const [field, value] of Object.entries(patch)) {
    const path = `${service}.${field}`;
    if (!known.has(field)) throw new Error(`Unknown setting "${path}". Known: ${[...known].join(', ')}.`);
    if (field !== 'operations') Object.assign(target, { [field]: checked(field, value, path) });
    else patchOperations(target, value, path);
  }
}

function patchOperations(target: ServiceSettings, patch: unknown, path: string): void {
  if (!isObject(patch)) throw new Error(`"${path}" must be an object of operation names.`);
  for (const [operation, fields] of Object.entries(patch)) {
    if (fields === null) {
      delete target.operations[operation];
      continue;
    }
    if (!isObject(fields)) throw new Error(`"${path}.${operation}" must be an object.`);
    const settings: OperationSettings = { ...target.operations[operation] };
    for (const [field, value] of Object.entries(fields)) {
      const at = `${path}.${operation}.${field}`;
      if (!OPERATION_FIELDS.has(field)) throw new Error(`Unknown setting "${at}".`);
      Object.assign(settings, { [field]: checked(field, value, at) });
    }
    target.operations[operation] = settings;
  }
}

function checked(field: string, value: unknown, path: string): unknown {
  if (field === 'duplicateRule') {
    if (typeof value !== 'boolean') throw new Error(`"${path}" must be true or false.`);
    return value;
  }
  if (field === 'quota' && (value === null || value === 'default')) return value;
  if (field === 'quota' || field === 'burst') {
    if (typeof value !== 'number' || !(value > 0)) {
      throw new Error(`"${path}" must be a number above 0${field === 'quota' ? ', "default" or null' : ''}.`);
    }
    return value;
  }
  return numberAtLeast(0, value, path);
}

function numberAtLeast(min: number, value: unknown, path: string): number {
  if (typeof value !== 'number' || !(value >= min))
    throw new Error(`"${path}" must be a number, at least ${min}.`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isService(key: string): key is ServiceName {
  return (SERVICES as readonly string[]).includes(key);
}
