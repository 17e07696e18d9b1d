import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { PORTS, readPorts, takenPorts } from '../../local/ports.js';
import { freePort } from '../../local/tcp.js';

describe('the ports of the stack', () => {
  it('have defaults that differ, and variables that change them', () => {
    const defaults = readPorts({});
    assert.equal(new Set(Object.values(defaults)).size, Object.keys(PORTS).length);
    assert.equal(readPorts({ IDV_API_PORT: '8080' }).api, 8080);
  });

  it('refuse what is no port number, naming the variable', () => {
    for (const text of ['http', '0', '70000', '80.5']) {
      assert.throws(() => readPorts({ IDV_S3_PORT: text }), /IDV_S3_PORT is ".*", which is no port number/);
    }
  });

  it('refuse one number for two, naming both variables', () => {
    assert.throws(
      () => readPorts({ IDV_API_PORT: '7233' }),
      /IDV_API_PORT and IDV_TEMPORAL_PORT are both 7233/,
    );
  });

  it('name the port that is taken, who may hold it, and the variable', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as { port: number };
    const ports = { ...readPorts({}), api: port, codec: await freePort() };
    const [problem, ...others] = await takenPorts(ports, ['api', 'codec']);
    holder.close();
    assert.match(problem ?? '', new RegExp(`^Port ${port} for the API is taken \\(.+\\)\\..*IDV_API_PORT`));
    if (process.platform === 'linux') assert.ok(problem?.includes(`process ${process.pid}`), problem);
    assert.deepEqual(others, []);
  });
});
