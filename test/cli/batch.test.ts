import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiClient } from '../../cli/api-client.js';
import { importPhotos } from '../../cli/batch/import.js';
import { jobRequest } from '../../cli/batch/job-request.js';
import { listItems, startJob } from '../../cli/batch/jobs.js';
import { planJob } from '../../cli/batch/plan.js';
import { watchJob } from '../../cli/batch/watch.js';
import { base64 } from '../support/caller.js';
import { people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

describe('idv batch, from a folder to a login', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  const folder = temporaryDirectory();
  before(async function () {
    idv = await service(this);
    account = await idv.account();
  });
  after(folder.remove);

  it('imports, plans, starts, watches and lists, and then those people can log in', async () => {
    const [first, second] = people.franck;
    const files = {
      'Frank Ö/1.jpg': photo(first),
      'ada/1.jpg': photo(people.cage[0]),
      'bob/1.jpg': Buffer.from('no photo'),
    };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder.path, name, '..'), { recursive: true });
      writeFileSync(join(folder.path, name), content);
    }
    let lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const terminal = { write: () => true };
    const never = new AbortController().signal;
    const flags = { ...account.tenant, name: 'staff', atOnce: 4, json: true };
    assert.equal(await importPhotos(folder.path, flags, idv.environment, { print, terminal }, never), 0);
    const { source, user_id: userId } = JSON.parse(lines.join('\n'));

    const api = apiClient({ IDV_API_URL: idv.url, IDV_API_KEY: account.key });
    const request = jobRequest(source, { userId, duplicates: false });
    lines = [];
    await planJob(api, request, { json: false, everyMs: 100 }, { print, note: print });
    assert.match(lines.join('\n'), /^3 photos, /m);

    const job = await startJob(api, request, { json: true }, print);
    lines = [];
    const code = await watchJob(api, job.id, { json: false, everyMs: 100 }, { print, terminal }, never);
    assert.equal(code, 0, lines.join('\n'));
    assert.ok(lines.includes('photos done: 3 of 3'), lines.join('\n'));

    lines = [];
    await listItems(api, job.id, { status: 'rejected' }, { limit: 10, json: true }, print);
    const [{ reason, uri }] = lines.map((line) => JSON.parse(line));
    assert.deepEqual([reason, uri], ['unreadable', `${source}bob/1.jpg`]);

    const login = { flow: 'authentication', user_id: 'Frank Ö', selfie: base64(photo(second)) };
    const { body } = await account.test('POST', '/v1/verification-sessions', login);
    assert.equal(body.status, 'verified', JSON.stringify(body));
  });
});
