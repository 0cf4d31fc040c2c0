import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from './command-table.ts';
import { findCommand } from './find-command.ts';
import { nextCommands, NEXT_COMMANDS_FOR } from './next-commands.ts';
import { parseOptions } from './parse-options.ts';

test('nextCommands() offers three commands at most, for the resource at hand, that exist with their options', async () => {
  const known = COMMANDS.map(({ words }) => words.join(' '));
  for (const words of NEXT_COMMANDS_FOR) {
    assert.ok(known.includes(words), words);
    const lines = nextCommands(words, 'web');
    assert.ok(lines.length >= 1 && lines.length <= 3, words);
    for (const line of lines) {
      const [program, ...rest] = line.split(' ');
      const found = findCommand(rest);
      assert.equal(program, 'slipway');
      assert.ok(found?.entry, line);
      const { options, operands = [] } = await found.entry.load();
      assert.doesNotThrow(() => parseOptions(options, found.rest, operands.length), line);
    }
  }
});

test('nextCommands() says nothing of a resource whose name it does not know', () => {
  assert.deepEqual(nextCommands('jobrun submit', undefined), []);
  assert.deepEqual(nextCommands('project create', undefined), ['slipway deploy FOLDER', 'slipway project current']);
  assert.deepEqual(nextCommands('app list', 'web'), []);
});
