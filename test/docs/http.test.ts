import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageCodes } from '../../api/images/image-codes.js';
import { type Reason, reasons } from '../../domain/reasons.js';
import { allowedCommands, type Status, statuses } from '../../domain/status.js';
import { readDocument, root, tableRows } from './links.js';

const rows = tableRows(readDocument('docs/http.md')).map((cells) =>
  cells.map((cell) => cell.replaceAll('`', '')),
);

/** The row whose first cell is `name` and whose second one fits. */
function row(name: string, second: string): string[] | undefined {
  return rows.find((cells) => cells[0] === name && cells[1] === second);
}

describe('docs/http.md', () => {
  it('lists every reason with what follows and what is said to the person', () => {
    for (const [code, reason] of Object.entries<Reason>(reasons)) {
      const { check, disposition, input, person } = reason;
      const follows = input ? `${disposition} (${input})` : disposition;
      assert.deepEqual(row(code, check), [code, check, follows, person]);
    }
    const listed = rows.filter(
      ({ length, 2: follows = '' }) => length === 4 && /^(retry|final|review)\b/.test(follows),
    );
    assert.equal(listed.length, Object.keys(reasons).length);
  });

  it('lists every refusal of a photo', () => {
    for (const [code, { status, title, text }] of Object.entries(imageCodes)) {
      assert.deepEqual(row(code, String(status)), [code, String(status), `${title}. ${text}`]);
    }
  });

  it('lists the code of every problem in api/, with its status', () => {
    const files = readdirSync(join(root, 'api'), { recursive: true, encoding: 'utf8' });
    const sources = files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, 'api', file), 'utf8'));
    const found = sources.flatMap((source) => [
      ...[...source.matchAll(/new Problem\(\s*(\d{3}),\s*'([a-z_]+)'/g)].map(([, status, code]) => [
        code,
        status,
      ]),
      ...[...source.matchAll(/refused\(\s*'([a-z_0-9]+)'/g)].map(([, code]) => [code, '422']),
    ]);
    assert.ok(found.length >= 14, `${found.length} problems found`);
    for (const [code = '', status = ''] of found)
      assert.ok(row(code, status), `${code} (${status}) is not listed`);
  });

  it('lists every status with the commands it takes', () => {
    for (const status of statuses) {
      const cells = rows.find(([name, , commands]) => name === status && commands !== undefined);
      assert.equal(
        cells?.[2],
        allowedCommands({ status: status as Status, inputs: ['liveness'] }).join(', '),
        status,
      );
    }
  });
});
