import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Policy } from '../domain/policy.js';
import { policySchema } from './schemas/policy.js';

/** The policies of a directory, by name, and what in them is allowed but unusual. */
export interface LoadedPolicies {
  policies: Map<string, Policy>;
  warnings: string[];
}

/** Whitepaper, "Parameters": thresholds worth trying, 0–100. */
const USUAL = { min: 90, max: 99 };

/**
 * Reads every `*.json` of `directory`.
 * @throws Error with a line `file: field: what to mend` for everything that is wrong in any of them
 */
export function loadPolicies(directory: string): LoadedPolicies {
  const errors: string[] = [];
  const warnings: string[] = [];
  const policies = new Map<string, Policy>();

  for (const file of policyFiles(directory)) {
    const path = join(directory, file);
    const { policy, problems } = readPolicy(path);
    errors.push(...problems.map((problem) => `${path}: ${problem}`));
    if (!policy) continue;
    if (policies.has(policy.name)) errors.push(`${path}: name: another file is "${policy.name}" already`);
    policies.set(policy.name, policy);
    warnings.push(...unusual(policy).map((warning) => `${path}: ${warning}`));
  }
  if (errors.length > 0) throw new Error(`These policies need mending:\n  ${errors.join('\n  ')}`);
  return { policies, warnings };
}

/** The policy of that name, or the one called `default`; undefined when there is none. */
export function findPolicy(policies: ReadonlyMap<string, Policy>, name = 'default'): Policy | undefined {
  return policies.get(name);
}

function policyFiles(directory: string): string[] {
  let files: string[];
  try {
    files = readdirSync(directory).filter((file) => file.endsWith('.json'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `The policies cannot be read: ${directory}: ${code}. Name the directory of the policy files.`,
    );
  }
  if (files.length === 0) {
    throw new Error(`There is no policy in ${directory}. Copy policies/default.json there and change it.`);
  }
  return files.sort();
}

function readPolicy(path: string): { policy?: Policy; problems: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { problems: [`not valid JSON: ${(error as Error).message}`] };
  }
  const expected = basename(path, '.json');
  const named = (json as { name?: unknown } | null)?.name;
  const result = policySchema.safeParse(json);
  const problems = [
    ...(result.error?.issues ?? []).map(
      ({ path: field, message }) => `${field.join('.') || '.'}: ${message}`,
    ),
    ...(typeof named === 'string' && named !== expected
      ? [`name: is "${named}", but must be "${expected}", as the file is`]
      : []),
  ];
  return { ...(result.data ? { policy: result.data } : {}), problems };
}

/** Whitepaper, "Parameters": thresholds of 90 to 99, and the QualityFilter HIGH. */
function unusual(policy: Policy): string[] {
  const { min, max } = USUAL;
  const thresholds = Object.entries(policy.thresholds).flatMap(([version, entry]) =>
    Object.entries(entry)
      .filter(([, value]) => value < min || value > max)
      .map(
        ([name, value]) => `thresholds.${version}.${name}: ${value} is outside the usual ${min} to ${max}`,
      ),
  );
  const { qualityFilter } = policy;
  if (qualityFilter === 'HIGH') return thresholds;
  return [...thresholds, `qualityFilter: ${qualityFilter} lets poorer photos in than the recommended HIGH`];
}
