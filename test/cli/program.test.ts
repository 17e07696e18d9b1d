import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { createProgram } from '../../cli/program.js';

const DEVELOPMENT = ['start', 'demo', 'doctor', 'test'];

describe('the idv program', () => {
  const help = (development: boolean) => {
    let text = '';
    const program = createProgram({ development }).configureOutput({ writeOut: (part) => (text += part) });
    program.outputHelp();
    return { text, names: program.commands.map((command) => command.name()) };
  };

  it('has every command in a checkout', () => {
    const { names, text } = help(true);
    assert.deepEqual(
      names.sort(),
      [...DEVELOPMENT, 'batch', 'policy', 'reconcile', 'sessions', 'setup'].sort(),
    );
    assert.doesNotMatch(text, /Not in this installation/);
  });

  it('has only those that work where the stand-ins for AWS are not installed, and says which are missing', () => {
    const { names, text } = help(false);
    assert.deepEqual(names.sort(), ['batch', 'policy', 'reconcile', 'sessions', 'setup']);
    assert.match(text, /Not in this installation, only in a checkout: start, demo, doctor, test\.\n$/);
  });

  for (const [words, says] of [
    ['sessions list --limit 0.5', /Give a whole number of at least 1/],
    ['sessions resume --all --rate Infinity', /Give a number of at least 0\.01/],
    ['batch start s3://b/p/ --tps fast', /Give calls a second/],
    ['batch start s3://b/p/ --on-existing drop', /Allowed choices are skip, add, replace/],
    ['batch watch bj_1 --total 0', /Give a whole number of at least 1/],
    ['batch duplicates bj_1 --pairs --pair a:1~b:2 --keep', /one at a time/],
    ['reconcile --rate Infinity', /Give a number of at least 0\.1/],
    ['reconcile --grace soon', /Give a number of at least 0/],
  ] as const) {
    it(`refuses \`idv ${words}\``, async () => {
      const program = createProgram({ development: false });
      const silent = (command: Command): void => {
        command.exitOverride().configureOutput({ writeErr: () => {} });
        command.commands.forEach(silent);
      };
      silent(program);
      await assert.rejects(program.parseAsync(['node', 'idv', ...words.split(' ')]), says);
    });
  }

  it('refuses a command that is missing', async () => {
    const program = createProgram({ development: false })
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    await assert.rejects(program.parseAsync(['node', 'idv', 'start']), /unknown command 'start'/);
  });
});
