import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCompose, type Value } from './compose-file.js';
import { root } from './import-graph.js';

/** What services of ours may say: https://docs.docker.com/reference/compose-file/services/ */
const KEYS = 'image build command env_file environment ports volumes healthcheck depends_on restart cap_drop'
  .concat(' security_opt stop_grace_period')
  .split(' ');
const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'];
const RESTARTS = ['no', 'always', 'on-failure', 'unless-stopped'];

type Fields = Record<string, Value>;
const fields = (value: Value | undefined): Fields =>
  typeof value === 'object' && !Array.isArray(value) ? value : {};
const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);

/**
 * What is wrong with a Compose file, as far as can be told without Docker Compose: one line each.
 * @throws Error when it cannot be read
 */
export function composeProblems(source: string): string[] {
  const { services, volumes, ...more } = fields(readCompose(source));
  const all = fields(services);
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const stages = new Map(
    dockerfile.split(/^FROM /m).map((text) => [/ AS (\w+)/.exec(text)?.[1] ?? '', text] as const),
  );
  const unknown = Object.keys(more).filter((key) => !key.startsWith('x-'));
  return [
    ...unknown.map((key) => `"${key}" is nothing that Compose knows`),
    ...Object.entries(all).flatMap(([name, service]) =>
      problemsOf(fields(service), { all, volumes: fields(volumes), stages }).map((why) => `${name}: ${why}`),
    ),
  ];
}

interface Surroundings {
  all: Fields;
  volumes: Fields;
  stages: ReadonlyMap<string, string>;
}

function problemsOf(service: Fields, { all, volumes, stages }: Surroundings): string[] {
  const found = Object.keys(service)
    .filter((key) => !KEYS.includes(key))
    .map((key) => `"${key}" is no key of a service`);
  if (typeof service.image !== 'string') found.push('has no image');
  const target = fields(service.build).target;
  if (service.build && !stages.has(String(target))) found.push(`the Dockerfile has no stage "${target}"`);
  if (service.restart && !RESTARTS.includes(String(service.restart)))
    found.push('restart is none that there is');
  for (const [name, text] of Object.entries(fields(service.environment)))
    if (typeof text !== 'string') found.push(`environment: ${name} is no text`);
  for (const mount of list(service.volumes)) {
    const [volume = ''] = String(mount).split(':');
    if (!(volume in volumes)) found.push(`volume "${volume}" is not declared`);
  }
  for (const [other, dependency] of Object.entries(fields(service.depends_on))) {
    const needed = all[other] && fields(all[other]);
    const condition = String(fields(dependency).condition);
    if (!needed) found.push(`depends on "${other}", which is not there`);
    else if (!CONDITIONS.includes(condition)) found.push(`depends on ${other} with condition "${condition}"`);
    else if (condition === 'service_healthy') {
      const stage = stages.get(String(fields(needed.build).target)) ?? '';
      if (!needed.healthcheck && !/^HEALTHCHECK /m.test(stage)) found.push(`${other} cannot tell its health`);
    } else if (condition === 'service_completed_successfully' && needed.restart !== 'no')
      found.push(`waits for the end of ${other}, which is started again`);
  }
  return found;
}
