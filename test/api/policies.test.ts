import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { z } from 'zod';
import { findPolicy, loadPolicies } from '../../api/policies.js';
import { policySchema } from '../../api/schemas/policy.js';
import { recommendedGates } from '../../domain/gates.js';
import type { Policy } from '../../domain/policy.js';
import { lowestThreshold, thresholdsFor } from '../../domain/thresholds.js';
import { arbitraryPolicy } from '../support/arbitrary-policy.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const _inferred: Same<z.infer<typeof policySchema>, Policy> = true;

const text = readFileSync('policies/default.json', 'utf8');

/** The default policy with the value at `path` replaced; undefined removes it. */
function changed(path: string, value: unknown): unknown {
  const policy = JSON.parse(text);
  const fields = path.split('.');
  const last = fields.pop() as string;
  const parent = fields.reduce((at, field) => at[field], policy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return policy;
}

/** What is wrong, as `field: message`. */
function problems(policy: unknown): string[] {
  const issues = policySchema.safeParse(policy).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the default policy', () => {
  const policy = policySchema.parse(JSON.parse(text));

  it('has the gates that the whitepaper recommends', () => {
    assert.deepEqual(policy.gates, recommendedGates);
  });

  it('is loaded without a warning and found by name, or as what is meant without one', () => {
    const { policies, warnings } = loadPolicies('policies');
    assert.deepEqual(warnings, []);
    assert.deepEqual(findPolicy(policies), policy);
    assert.deepEqual(findPolicy(policies, 'default'), policy);
    assert.equal(findPolicy(policies, 'constructor'), undefined);
  });
});

describe('a policy is refused', () => {
  const registration = 'flows.registration';
  const authentication = 'flows.authentication';
  const refused: [why: string, path: string, value: unknown, problem: RegExp][] = [
    ['with a field nobody knows', 'colour', 'red', /^: Unrecognized key: "colour"/],
    ['without a field', `${authentication}.lockout`, undefined, /^flows\.authentication\.lockout: /],
    ['without gates', 'gates', [], /^gates: needs a gate/],
    ['with a gate of an unknown measure', 'gates.0.measure', 'beard', /^gates\.0\.measure: .*"yaw"/],
    ['with a gate that bounds nothing', 'gates.0', { measure: 'yaw' }, /^gates\.0: needs "min"/],
    ['with a gate nothing can pass', 'gates.0.max', -46, /^gates\.0\.min: must not be above "max"/],
    ['without thresholds', 'thresholds', {}, /^thresholds: needs the thresholds/],
    ['with thresholds of no version', 'thresholds.latest', {}, /^thresholds\.latest: .*"7"/],
    ['with a threshold above 100', 'thresholds.7.search', 101, /^thresholds\.7\.search: /],
    [
      'with duplicate below review',
      'thresholds.7.review',
      98,
      /^thresholds\.7\.duplicate: must not be below/,
    ],
    ['with no attempt', `${registration}.attempts`, 0, /^flows\.registration\.attempts: /],
    ['with 21 attempts', `${registration}.attempts`, 21, /^flows\.registration\.attempts: /],
    ['with half an attempt', `${registration}.attempts`, 1.5, /^flows\.registration\.attempts: /],
    ['that expires within a minute', `${registration}.expiresAfterSeconds`, 59, /expiresAfterSeconds: /],
    [
      'that outlives its photos while it waits for its person, twice',
      `${registration}.expiresAfterSeconds`,
      (2_592_000 - 604_800) / 2,
      /registration\.review\.withinSeconds: must stay below 30 days together .*lifecycle/,
    ],
    [
      'that outlives its photos while it waits for an operator',
      `${authentication}.review.withinSeconds`,
      2_592_000 - 900,
      /authentication\.review\.withinSeconds: must stay below 30 days together/,
    ],
    [
      'without quality at registration',
      `${registration}.checks`,
      ['duplicate'],
      /checks: must contain "quality"/,
    ],
    ['without duplicate', `${registration}.checks`, ['quality'], /checks: must contain "duplicate"/],
    [
      'without quality at login',
      `${authentication}.checks`,
      ['user_match'],
      /checks: must contain "quality"/,
    ],
    ['without user_match', `${authentication}.checks`, ['quality'], /checks: must contain "user_match"/],
    [
      'with a check that login never makes',
      `${authentication}.checks.2`,
      'duplicate',
      /checks\.2: "duplicate" is no/,
    ],
    ['with a check twice', `${registration}.checks.2`, 'quality', /checks\.2: "quality" is there twice/],
    [
      'with a check of documents, and none for it',
      `${registration}.checks.2`,
      'document',
      /inputs\.document_front: must be "required"/,
    ],
    [
      'with a document that login ignores',
      `${authentication}.inputs.document_back`,
      'optional',
      /document_back: must be "off"/,
    ],
    [
      'that answers a login ahead of its end',
      `${authentication}.asynchronous`,
      ['quality'],
      /cannot finish after/,
    ],
    ['without a selfie', `${authentication}.inputs.selfie`, 'optional', /inputs\.selfie: must be "required"/],
    [
      'with a photo that login ignores',
      `${authentication}.inputs.reference`,
      'optional',
      /reference: must be "off"/,
    ],
    [
      'with face_match and no reference',
      `${registration}.checks.2`,
      'face_match',
      /inputs\.reference: .*"face_match"/,
    ],
    ['with a confidence above 100', 'liveness.confidence', 100.5, /^liveness\.confidence: /],
    [
      'with liveness, and no capture for it',
      `${authentication}.checks.2`,
      'liveness',
      /inputs\.liveness: must be "required"/,
    ],
    [
      'with a selfie beside the capture that gives it',
      `${authentication}.inputs.liveness`,
      'required',
      /inputs\.selfie: must be "off": the liveness capture/,
    ],
    ['with an unlimited lock-out', `${authentication}.lockout.attempts`, 101, /lockout\.attempts: /],
  ];
  for (const [why, path, value, problem] of refused) {
    it(why, () => {
      const found = problems(changed(path, value));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] as string, problem);
    });
  }
});

describe('policy files', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  const write = (file: string, content: unknown) =>
    writeFileSync(
      join(directory.path, file),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it('are loaded by name, whatever else is in the directory', () => {
    write('strict.json', changed('name', 'strict'));
    write('default.json', text);
    write('README.md', '# Policies');
    assert.deepEqual([...loadPolicies(directory.path).policies.keys()], ['default', 'strict']);
  });

  it('are all reported at once, with file, field and message', () => {
    write('a.json', '{');
    write('b.json', changed('name', 'default'));
    write('default.json', { ...(changed('version', 0) as object), gates: [] });
    assert.throws(
      () => loadPolicies(directory.path),
      ({ message }: Error) => {
        const lines = message.split('\n  ').slice(1);
        assert.equal(lines.length, 4, message);
        assert.match(lines[0] as string, /a\.json: not valid JSON/);
        assert.match(lines[1] as string, /b\.json: name: is "default", but must be "b"/);
        assert.match(lines[2] as string, /default\.json: version: /);
        assert.match(lines[3] as string, /default\.json: gates: /);
        return true;
      },
    );
  });

  it('may not give a name twice', () => {
    write('default.json', text);
    write('other.json', text);
    assert.throws(() => loadPolicies(directory.path), /other\.json: name: another file is "default" already/);
  });

  it('warn of thresholds that the whitepaper does not recommend, and of a weaker QualityFilter', () => {
    const policy = changed('qualityFilter', 'AUTO') as Policy;
    write('default.json', {
      ...policy,
      thresholds: { 7: { match: 95, search: 99.5, duplicate: 97, review: 80 } },
    });
    const { warnings } = loadPolicies(directory.path);
    assert.equal(warnings.length, 3, warnings.join('\n'));
    assert.match(warnings[0] as string, /default\.json: thresholds\.7\.search: 99\.5 is outside/);
    assert.match(warnings[1] as string, /thresholds\.7\.review: 80/);
    assert.match(warnings[2] as string, /qualityFilter: AUTO/);
  });

  it('have to be there', () => {
    assert.throws(() => loadPolicies(directory.path), /There is no policy in/);
    assert.throws(() => loadPolicies(join(directory.path, 'nowhere')), /nowhere: ENOENT/);
  });

  it('are validated by a command that fails when one needs mending', function () {
    this.timeout(30_000);
    const validate = () =>
      spawnSync(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'policy', 'validate', directory.path], {
        encoding: 'utf8',
      });
    mkdirSync(directory.path, { recursive: true });
    write('default.json', changed('thresholds.7.review', 80));
    const good = validate();
    assert.equal(good.status, 0, good.stderr);
    assert.match(good.stdout, /^warning: .*review: 80.*\nok: default, version 1$/m);
    write('default.json', changed('gates', []));
    const bad = validate();
    assert.equal(bad.status, 1);
    assert.match(bad.stderr, /default\.json: gates: needs a gate/);
  });
});

describe('every valid policy', () => {
  it('passes the schema unchanged', () => {
    fc.assert(
      fc.property(arbitraryPolicy, (policy) => {
        const file = JSON.parse(JSON.stringify(policy));
        assert.deepEqual(policySchema.parse(file), file);
      }),
    );
  });

  it('has thresholds for every face model, none below what its searches ask for', () => {
    const models = fc.oneof(fc.constantFrom('7.0', '7', '6.1', ''), fc.string());
    fc.assert(
      fc.property(arbitraryPolicy, models, (policy, model) => {
        const lowest = lowestThreshold(policy);
        const { match, search, duplicate, review, entry } = thresholdsFor(policy, model);
        for (const value of [match, search, duplicate, review]) assert.ok(value >= 0 && value <= 100);
        for (const value of [search, duplicate, review]) assert.ok(value >= lowest);
        assert.ok(duplicate >= review);
        assert.ok(entry === 'strictest' || Object.hasOwn(policy.thresholds, entry));
      }),
    );
  });
});
