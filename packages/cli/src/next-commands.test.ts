import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from './command-table.ts';
import { findCommand } from './find-command.ts';
import { nextCommands } from './next-commands.ts';
import { parseOptions } from './parse-options.ts';

test('nextCommands() offers three commands at most, for the resource at hand, that exist with their options', async () => {
  let told = 0;
  for (const entry of COMMANDS) {
    const words = entry.words.join(' ');
    const lines = nextCommands(words, 'web');
    assert.ok(lines.length <= 3, words);
    told += Math.min(lines.length, 1);
    for (const line of lines) {
      const [program, ...rest] = line.split(' ');
      const found = findCommand(rest);
      assert.equal(program, 'slipway');
      assert.ok(found?.entry, line);
      const { options, operands = [], unavailable } = await found.entry.load();
      assert.equal(unavailable, undefined, line);
      assert.doesNotThrow(() => parseOptions(options, found.rest, operands.length), line);
    }
  }
  assert.ok(told > 15, `${told} commands say what comes next`);
});

test('nextCommands() says nothing of a resource whose name it does not know', () => {
  assert.deepEqual(nextCommands('jobrun submit', undefined), []);
  assert.deepEqual(nextCommands('project create', undefined), ['slipway deploy FOLDER', 'slipway project current']);
  assert.deepEqual(nextCommands('app list', 'web'), []);
});
