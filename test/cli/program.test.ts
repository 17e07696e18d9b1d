import assert from 'node:assert/strict';
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
    assert.deepEqual(names.sort(), [...DEVELOPMENT, 'policy', 'reconcile', 'sessions', 'setup'].sort());
    assert.doesNotMatch(text, /Not in this installation/);
  });

  it('has only those that work where the stand-ins for AWS are not installed, and says which are missing', () => {
    const { names, text } = help(false);
    assert.deepEqual(names.sort(), ['policy', 'reconcile', 'sessions', 'setup']);
    assert.match(text, /Not in this installation, only in a checkout: start, demo, doctor, test\.\n$/);
  });

  it('refuses a command that is missing', async () => {
    const program = createProgram({ development: false })
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    await assert.rejects(program.parseAsync(['node', 'idv', 'start']), /unknown command 'start'/);
  });
});
