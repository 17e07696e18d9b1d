import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { projectRoot } from '../../cli/project-root.js';
import { codecSettings } from '../../workers/codec/settings.js';

const TOKEN = 'token-of-the-operators';

describe('the settings of the codec endpoint', () => {
  it('need no token on loopback', () => {
    assert.equal(codecSettings({}).IDV_CODEC_HOST, '127.0.0.1');
    for (const IDV_CODEC_HOST of ['127.0.0.1', '::1', 'localhost'])
      assert.equal(codecSettings({ IDV_CODEC_HOST }).IDV_CODEC_TOKEN, undefined);
  });

  it('need one everywhere else', () => {
    for (const IDV_CODEC_HOST of ['0.0.0.0', '::', '10.0.0.7', 'codec.example', '127.0.0.1.example']) {
      assert.throws(
        () => codecSettings({ IDV_CODEC_HOST }),
        /IDV_CODEC_TOKEN: must be set where IDV_CODEC_HOST/,
      );
      assert.equal(codecSettings({ IDV_CODEC_HOST, IDV_CODEC_TOKEN: TOKEN }).IDV_CODEC_TOKEN, TOKEN);
    }
    assert.throws(() => codecSettings({ IDV_CODEC_HOST: '0.0.0.0', IDV_CODEC_TOKEN: '' }), /IDV_CODEC_TOKEN/);
  });

  it('end its process with what needs mending, in words', function () {
    this.timeout(30_000);
    const program = ['--import', 'tsx', 'workers/codec/main.ts'];
    const env = { PATH: process.env.PATH, IDV_CODEC_HOST: '0.0.0.0' };
    const { status, stdout } = spawnSync(process.execPath, program, {
      cwd: projectRoot(),
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    const { msg } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { msg: string };
    assert.match(msg, /^These environment variables need mending:\n {2}IDV_CODEC_TOKEN: /);
  });
});
