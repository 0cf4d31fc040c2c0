/** Runs every tidy rule: first on a text that breaks it, then on the whole repository. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRepository } from './repository.ts';
import { TIDY_RULES } from './tidy-rules.ts';

const FILES = readRepository();

for (const rule of TIDY_RULES) {
  test(`tidy: ${rule.name}`, () => {
    assert.ok(rule.appliesTo(rule.broken.path), 'the rule must apply to its own broken text');
    assert.ok(rule.find(rule.broken).length > 0, 'the rule must find its own broken text');
    const judged = FILES.filter((file) => rule.appliesTo(file.path));
    assert.ok(judged.length > 0, 'the rule must see files');
    const findings = judged.flatMap((file) => rule.find(file).map((message) => `${file.path}: ${message}`));
    assert.deepEqual(findings, []);
  });
}

test('tidy: the walk sees every kind of file', () => {
  const paths = FILES.map((file) => file.path);
  for (const wanted of ['package.json', 'packages/spec/src/errors.ts', 'tools/tidy.test.ts', '.oxlintrc.json']) {
    assert.ok(paths.includes(wanted), `${wanted} is not seen`);
  }
  assert.ok(!paths.some((path) => path.includes('node_modules/')));
});
