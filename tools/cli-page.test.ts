import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderCliPage, type CliCommand } from './cli-page.ts';

const CREATE: CliCommand = {
  words: 'app create',
  summary: 'Create an application',
  operands: ['NAME'],
  options: [
    { names: ['--name', '-n'], kind: 'value', summary: 'its name', required: true },
    { names: ['--env', '-e'], kind: 'list', summary: 'NAME=VALUE' },
    { names: ['--visibility'], kind: 'value', summary: 'a|b', values: ['a', 'b'], default: 'a' },
    { names: ['--mount-secret'], kind: 'list', summary: 'later', unavailable: 'Secrets' },
  ],
  examples: ['slipway app create web --image hello'],
};

test('renderCliPage() lists the options people can use, with every spelling, and hides what is not there yet', () => {
  const page = renderCliPage([CREATE], { success: 0, not_found: 3 });
  assert.match(page, /## slipway app create NAME\n\nCreate an application\./);
  assert.match(page, /\| `--name VALUE`, `-n` \| its name \(required\) \|/);
  assert.match(page, /\| `--env VALUE`, `-e` \| NAME=VALUE \(repeatable\) \|/);
  assert.match(page, /\| a\\\|b \(one of a, b; default a\) \|/);
  assert.match(page, /\| 3 \| not found \|/);
  assert.doesNotMatch(page, /mount-secret/);
  assert.match(page, /\n {4}slipway app create web --image hello\n/);
});

test('renderCliPage() says of a command whose feature comes later that it does', () => {
  const page = renderCliPage([{ ...CREATE, unavailable: 'Creating apps' }], {});
  assert.match(page, /\n\nCreate an application\.\n\nCreating apps is not available yet\.\n\n\| option/);
});
