/** Every spelling of the public command line, for the commands that are there, against its recorded facts. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { OptionSpec } from './command.ts';
import { COMMANDS, GROUP_ALIASES, UPCOMING_COMMANDS, UPCOMING_GROUPS } from './command-table.ts';

interface Facts {
  readonly group_aliases: Readonly<Record<string, readonly string[]>>;
  readonly commands: readonly {
    readonly command: string;
    readonly options: readonly {
      readonly names: readonly string[];
      readonly required?: boolean;
      readonly repeatable?: boolean;
      readonly values?: readonly string[];
    }[];
  }[];
}

const CHECKOUT = resolve(import.meta.dirname, '../../..');
const path = ['../shared/contract/cli.json', '../../shared/contract/cli.json']
  .map((candidate) => resolve(CHECKOUT, candidate))
  .find((candidate) => existsSync(candidate));
const facts = path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as Facts);
const skip = facts === undefined ? 'the recorded facts of the public command line are not beside this checkout' : false;

/** `application create` → `app create`. */
function ourWords(command: string): string {
  return command.replace(/^application/, 'app');
}

test('every command of a group that is there exists or is said to come', { skip }, () => {
  const ours = new Set(COMMANDS.map((entry) => entry.words.join(' ')));
  let seen = 0;
  for (const { command } of facts?.commands ?? []) {
    const words = ourWords(command);
    const group = words.split(' ')[0] ?? '';
    if (words === 'help') continue;
    seen += 1;
    const known = ours.has(words) || UPCOMING_COMMANDS.includes(words) || UPCOMING_GROUPS.includes(group);
    assert.ok(known, `slipway ${words}`);
  }
  assert.ok(seen > 100);
});

test('every alias of a group that is there is understood', { skip }, () => {
  for (const group of Object.keys(GROUP_ALIASES)) {
    const name = group === 'app' ? 'application' : group;
    // Of a group inside a group the facts name the spellings of the outer one.
    const [outer = ''] = group.split(' ');
    for (const alias of facts?.group_aliases[name] ?? []) assert.ok(GROUP_ALIASES[outer]?.includes(alias), alias);
  }
});

test('every option of the public commands has all its spellings here', { skip }, async () => {
  let seen = 0;
  for (const entry of COMMANDS) {
    const words = entry.words.join(' ');
    const wanted = facts?.commands.find((candidate) => ourWords(candidate.command) === words);
    if (!wanted) continue;
    const specs: readonly OptionSpec[] = Object.values((await entry.load()).options);
    for (const option of wanted.options) {
      const what = `slipway ${words} ${option.names.join(' ')}`;
      const spec = specs.find((candidate) => option.names.every((name) => candidate.names.includes(name)));
      assert.ok(spec, what);
      assert.equal(spec.required ?? false, option.required ?? false, `${what} required`);
      if (option.repeatable) assert.equal(spec.kind, 'list', `${what} repeatable`);
      for (const value of option.values ?? [])
        assert.ok(!spec.values || spec.values.includes(value), `${what} ${value}`);
      seen += 1;
    }
  }
  assert.ok(seen > 250, `${seen} options were compared`);
});

test('no command gives one spelling to two options', async () => {
  for (const entry of COMMANDS) {
    const names = Object.values((await entry.load()).options).flatMap((spec) => spec.names);
    const twice = names.filter((name, at) => names.indexOf(name) !== at);
    assert.deepEqual(twice, [], entry.words.join(' '));
  }
});
