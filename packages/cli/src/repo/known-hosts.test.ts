import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkKnownHost } from './known-hosts.ts';

const FILE = `# mine
github.com,140.82.121.4 ssh-ed25519 AAAA
[git.example.com]:2222 ssh-ed25519 AAAA
@cert-authority *.corp.example ssh-ed25519 AAAA
`;

test('checkKnownHost() finds a host among names, ports and patterns', () => {
  for (const host of ['github.com', '140.82.121.4', 'git.example.com', 'git.corp.example'])
    assert.doesNotThrow(() => checkKnownHost(host, FILE), host);
  for (const host of ['gitlab.com', 'corp.example', 'mine', 'hub.com'])
    assert.throws(() => checkKnownHost(host, FILE), /the file of known hosts has no line for it/, host);
});

test('checkKnownHost() lets pass what it cannot know', () => {
  assert.doesNotThrow(() => checkKnownHost('github.com', undefined));
  assert.doesNotThrow(() => checkKnownHost(undefined, FILE));
  assert.doesNotThrow(() => checkKnownHost('github.com', '|1|c2FsdA==|aGFzaA== ssh-ed25519 AAAA\n'));
});
