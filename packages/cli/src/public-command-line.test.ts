/** The whole public command line, by its recorded facts, against ours in both directions. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { OptionSpec } from './command.ts';
import { COMMANDS, GROUP_ALIASES, UPCOMING_COMMANDS, UPCOMING_GROUPS } from './command-table.ts';

interface PublicOption {
  readonly names: readonly string[];
  readonly required?: boolean;
  readonly repeatable?: boolean;
  readonly default?: string;
  readonly values?: readonly string[];
}

interface PublicCommand {
  readonly command: string;
  readonly options: readonly PublicOption[];
}

interface Facts {
  readonly group_aliases: Readonly<Record<string, readonly string[]>>;
  readonly commands: readonly PublicCommand[];
}

const CHECKOUT = resolve(import.meta.dirname, '../../..');
const path = ['../shared/contract/cli.json', '../../shared/contract/cli.json']
  .map((candidate) => resolve(CHECKOUT, candidate))
  .find((candidate) => existsSync(candidate));
const facts = path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as Facts);
const skip = facts === undefined ? 'the recorded facts of the public command line are not beside this checkout' : false;

/** Options that only ours has, with what they are for. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'app create --standby': 'what of a sleeping app waits for its next request',
  'app update --standby': 'the same',
  'app logs --grep': 'lines that a pattern finds something in',
  'app logs --level': 'lines that are serious',
  'app logs --revision': 'lines of one revision',
  'app logs --since': 'lines of a time',
  'app update --no-traffic': 'the public platform gives all requests to the newest revision',
  'app update --tag': 'the same',
  'project update --id': 'the public table lists no option of this command',
  'project update --name': 'the same',
  'project update --new-name': 'the same',
  'project update --output': 'the same',
  'secret create --service-instance-id': 'what credentials of a service are for, which the public cloud knows itself',
};

/** Values that only ours takes. */
const EXTRA_VALUES: Readonly<Record<string, string>> = {
  'secret create --format service_access': 'credentials of a service, which the public cloud makes itself',
  'secret list --format hmac': 'the public table leaves out a format that secrets have',
};

/** Defaults that differ, with the reason. */
const OTHER_DEFAULTS: Readonly<Record<string, string>> = {
  '--build-strategy': 'without it a Dockerfile decides, as with sources from a folder in public',
  '--strategy of buildrun submit': 'the same',
  '--user': "without it the image's own user",
  '--build-type': 'sources come from folders; git repositories come later',
};

/** Here an option that is not given changes nothing; the public table shows some defaults that do not hold then. */
const CHANGING_VERBS: ReadonlySet<string> = new Set(['update', 'resubmit']);

/** `application create` → `app create`. */
function ourWords(command: string): string {
  return command.replace(/^application/, 'app');
}

const publicCommands = (facts?.commands ?? []).map((known) => ({ ...known, words: ourWords(known.command) }));
const ours = new Set(COMMANDS.map((entry) => entry.words.join(' ')));

function isGroup(words: string): boolean {
  return GROUP_ALIASES[words] !== undefined;
}

function isUpcoming(words: string): boolean {
  return UPCOMING_COMMANDS.includes(words) || UPCOMING_GROUPS.includes(words.split(' ')[0] ?? '');
}

test('every public command is here, or is said to come', { skip }, (t) => {
  const missing = publicCommands.filter(({ words }) => words !== 'help' && !isGroup(words) && !ours.has(words));
  for (const { words } of missing) assert.ok(isUpcoming(words), `slipway ${words}`);
  for (const words of UPCOMING_COMMANDS) {
    assert.ok(!ours.has(words), `${words} is here and still said to come`);
    assert.ok(
      missing.some((known) => known.words === words),
      words,
    );
  }
  assert.ok(publicCommands.length > 100);
  t.diagnostic(`not there yet: ${missing.map(({ words }) => words).join(', ')}`);
});

test('every command of ours in a public group is a public one', { skip }, () => {
  const known = new Set(publicCommands.map(({ words }) => words));
  const groups = new Set(publicCommands.map(({ words }) => words.split(' ')[0] ?? ''));
  const checked = [...ours].filter((words) => words.includes(' ') && groups.has(words.split(' ')[0] ?? ''));
  assert.deepEqual(
    checked.filter((words) => !known.has(words)),
    [],
  );
  assert.ok(checked.length > 90, `${checked.length} commands were compared`);
});

test('every alias of a public group is understood', { skip }, () => {
  for (const [name, aliases] of Object.entries(facts?.group_aliases ?? {})) {
    // Of a group inside a group the facts name the spellings of the outer one.
    const [group = ''] = ourWords(name).split(' ');
    if (isUpcoming(group)) continue;
    for (const alias of aliases) assert.ok(GROUP_ALIASES[group]?.includes(alias), alias);
  }
});

async function* optionsOfBoth() {
  for (const entry of COMMANDS) {
    const words = entry.words.join(' ');
    const known = publicCommands.find((candidate) => candidate.words === words);
    if (known) yield { words, known: known.options, specs: Object.values((await entry.load()).options) };
  }
}

function specOf(option: PublicOption, specs: readonly OptionSpec[]): OptionSpec | undefined {
  return specs.find((candidate) => option.names.every((name) => candidate.names.includes(name)));
}

test(
  'every public option has all its spellings and values, and is required and repeatable alike',
  { skip },
  async () => {
    let seen = 0;
    for await (const { words, known, specs } of optionsOfBoth()) {
      for (const option of known) {
        const what = `slipway ${words} ${option.names.join(' ')}`;
        const spec = specOf(option, specs);
        assert.ok(spec, what);
        assert.equal(spec.required ?? false, option.required ?? false, `${what} required`);
        if (option.repeatable) assert.equal(spec.kind, 'list', `${what} repeatable`);
        for (const value of option.values ?? [])
          assert.ok(!spec.values || spec.values.includes(value), `${what} ${value}`);
        seen += 1;
      }
    }
    assert.ok(seen > 700, `${seen} options were compared`);
  },
);

test('every option and value of ours is public, or is listed as an extension', { skip }, async () => {
  const options: string[] = [];
  const values: string[] = [];
  for await (const { words, known, specs } of optionsOfBoth()) {
    for (const spec of specs) {
      const option = known.find((candidate) => candidate.names.some((name) => spec.names.includes(name)));
      if (!option) options.push(`${words} ${spec.names[0]}`);
      const extra = option?.values ? (spec.values ?? []).filter((value) => !option.values?.includes(value)) : [];
      values.push(...extra.map((value) => `${words} ${spec.names[0]} ${value}`));
    }
  }
  assert.deepEqual(options.toSorted(), Object.keys(EXTENSIONS).toSorted());
  assert.deepEqual(values.toSorted(), Object.keys(EXTRA_VALUES).toSorted());
});

test('every default is the public one, or is listed with its reason', { skip }, async () => {
  const used = new Set<string>();
  let seen = 0;
  for await (const { words, known, specs } of optionsOfBoth()) {
    const isChange = CHANGING_VERBS.has(words.split(' ').at(-1) ?? '');
    for (const option of known) {
      const spec = specOf(option, specs);
      const reason = [`${spec?.names[0]} of ${words}`, spec?.names[0] ?? ''].find((key) => OTHER_DEFAULTS[key]);
      if (reason !== undefined && spec?.default !== option.default) used.add(reason);
      else if (!isChange || spec?.kind === 'flag' || spec?.default !== undefined) {
        assert.equal(spec?.default, option.default, `slipway ${words} ${option.names.join(' ')} default`);
        seen += 1;
      }
    }
  }
  assert.ok(seen > 400, `${seen} defaults were compared`);
  assert.deepEqual([...used].toSorted(), Object.keys(OTHER_DEFAULTS).toSorted());
});

test('no command gives one spelling to two options', async () => {
  for (const entry of COMMANDS) {
    const names = Object.values((await entry.load()).options).flatMap((spec) => spec.names);
    const twice = names.filter((name, at) => names.indexOf(name) !== at);
    assert.deepEqual(twice, [], entry.words.join(' '));
  }
});
