import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsClients } from '../../../../activities/aws/clients.js';
import { awsSettings } from '../../../../activities/aws/settings.js';
import { probes } from '../../../../activities/aws/setup/probes.js';
import { COLLECTION } from '../../../support/setup-on-twin.js';

describe('the documented IAM policies', () => {
  interface Statement {
    Action: string | string[];
    Resource: string | string[];
  }
  const policies: Record<string, { Statement: Statement[] }> = JSON.parse(
    readFileSync('docs/iam-policy.json', 'utf8'),
  );
  const actions = (policy: string) => (policies[policy]?.Statement ?? []).flatMap(({ Action }) => Action);

  it('grant the service what --check tests, on the resource that it names, and nothing else', () => {
    const settings = awsSettings({});
    const tested = probes({} as AwsClients, settings, COLLECTION);
    for (const { action, resource } of tested) {
      const granted = policies.service?.Statement.some(
        ({ Action, Resource }) =>
          [Action].flat().includes(action) && [Resource].flat().some((pattern) => covers(pattern, resource)),
      );
      assert.ok(granted, `${action} on ${resource}`);
    }
    const needed = new Set(tested.map(({ action }) => action));
    assert.deepEqual(
      actions('service').filter((action) => !needed.has(action)),
      [],
    );
  });

  it('grant setup and its check every other action that the code names, and nothing else', () => {
    const directory = 'activities/aws/setup';
    const code = readdirSync(directory)
      .filter((file) => !file.includes('probe'))
      .map((file) => readFileSync(join(directory, file), 'utf8'))
      .join();
    const named = new Set(
      [...code.matchAll(/call\(\s*'([\w-]+:\w+)'/g)].map(([, action]) => action as string),
    );
    named.add('rekognition:TagResource'); // API reference, CreateCollection: needed where tags are given
    assert.deepEqual([...actions('check'), ...actions('setup')].sort(), [...named].sort());
  });

  /** `pattern` of the file, with its placeholders, against an ARN of the code. */
  function covers(pattern: string, arn: string): boolean {
    const start = pattern.replace('REGION:ACCOUNT', 'us-east-1:*');
    return start === arn || (start.endsWith('*') && arn.startsWith(start.slice(0, -1)));
  }
});
