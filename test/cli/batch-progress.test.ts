import assert from 'node:assert/strict';
import { bar, progressOutput } from '../../cli/batch/progress-output.js';

/** What a terminal of that width shows in the end. */
function screen(columns?: number) {
  let text = '';
  return {
    stream: {
      write: (part: string) => (text += part),
      isTTY: columns !== undefined,
      ...(columns ? { columns } : {}),
    },
    raw: () => text,
    rows() {
      const rows = [''];
      let at = 0;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are meant
      for (const [token] of text.matchAll(/\u001b\[\d*[AJ]|[\s\S]/g)) {
        if (token === '\n') {
          at += 1;
          rows[at] ??= '';
        } else if (token === '\r') continue;
        else if (token.endsWith('A') && token.length > 1) at -= Number(token.slice(2, -1));
        else if (token.endsWith('J') && token.length > 1) {
          rows.length = at + 1;
          rows[at] = '';
        } else rows[at] += token;
      }
      return rows;
    },
  };
}

const view = (text: string, urgent = false) => ({
  lines: (width: number) => [`${text} ${bar(0.5, 6)}`, 'x'.repeat(width + 20)],
  plain: text,
  urgent,
});

describe('the progress of a batch job', () => {
  it('is drawn in place on a terminal, never wider than it, with lasting lines above', () => {
    const { stream, rows } = screen(60);
    const output = progressOutput(stream);
    output.show(view('one'));
    output.note('left out: a');
    output.show(view('two'));
    output.show(view('three'));
    output.end();
    output.note('done');
    assert.deepEqual(rows(), ['left out: a', 'three [##--]', 'x'.repeat(59), 'done', '']);
  });

  it('is told in lines elsewhere: at once what is urgent, the rest every ten seconds, nothing twice', () => {
    const { stream, raw } = screen();
    let now = 0;
    const output = progressOutput(stream, () => now);
    output.show(view('1 %'));
    now = 9_000;
    output.show(view('2 %'));
    output.show(view('paused', true));
    output.show(view('paused', true));
    now = 19_000;
    output.show(view('3 %'));
    output.end();
    assert.equal(raw(), '1 %\npaused\n3 %\n');
  });

  it('has a bar that is full at the end only', () => {
    assert.deepEqual(
      [0, 0.999, 1, 2, -1].map((share) => bar(share, 12)),
      ['[----------]', '[#########-]', '[##########]', '[##########]', '[----------]'],
    );
  });
});
