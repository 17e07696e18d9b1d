import assert from 'node:assert/strict';
import { requirement } from '../support/requirement.js';
import { temporalProgram } from '../support/temporal-env.js';
import type { Problem } from './assess.js';
import { begin } from './execute.js';
import type { FlowEntry } from './flow.js';
import { flows } from './flows.js';
import { closingLine, complaints } from './report.js';
import { type Rig, startRig } from './rig.js';
import { sweep } from './sweep.js';

interface Defect {
  what: string;
  flow: string;
  role: string;
  /** Activities that do nothing, and what they answer. */
  skipped: Record<string, unknown>;
  kind: Problem['kind'];
  says: RegExp;
}

const passed = { check: 'duplicate', outcome: 'passed', reasons: [], evidence: {} };

const defects: Defect[] = [
  {
    what: 'an undo that leaves the face',
    flow: 'registration-race',
    role: 'late',
    skipped: { removeFace: undefined },
    kind: 'orphan',
    says: /^face .* has no active row/,
  },
  {
    what: 'a commit that is no more than said',
    flow: 'registration',
    role: 'session',
    skipped: { commitFace: { committed: true } },
    kind: 'verdict',
    says: /verified, but no active row/,
  },
  {
    what: 'a photo that is not where the row says',
    flow: 'registration',
    role: 'session',
    skipped: { promotePhoto: undefined, recheckDuplicate: passed },
    kind: 'ghost',
    says: /has no photo/,
  },
];

describe('the fault sweep', function () {
  this.timeout(300_000);
  let rig: Rig;
  before(async function () {
    const temporal = await temporalProgram();
    requirement(this, 'a Temporal dev server', temporal ? undefined : 'run `npm test` once');
    rig = await startRig({ temporal: temporal as string, accounts: 2_000 });
  });
  after(() => rig?.close());

  for (const { what, flow: name, role, skipped, kind, says } of defects) {
    it(`notices ${what}`, async () => {
      const flow = flows.find((each) => each.name === name) as FlowEntry;
      const broken: FlowEntry = {
        ...flow,
        async prepare(run) {
          await flow.prepare?.(run);
          for (const [activity, answer] of Object.entries(skipped)) await run.skip(role, activity, answer);
        },
      };
      const { problems } = await (await begin(rig, { flow: broken, setting: 'plain' })).finish();
      assert.ok(
        problems.some((problem) => problem.kind === kind && says.test(problem.text)),
        JSON.stringify(problems),
      );
    });
  }

  it('finds nothing lost, left over or wrongly said in its short form', async () => {
    const swept = await sweep(rig, { quick: true, atOnce: 24, only: [] });
    assert.deepEqual(complaints(swept), []);
    assert.match(closingLine(swept), /^faults: \d+ runs, 0 orphans, 0 ghosts, 0 wrong verdicts$/);
  });
});
