import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distributionSources, parseOsRelease } from './apt-sources.ts';

const BOOKWORM = { id: 'debian', version: '12', codename: 'bookworm' };

test('parseOsRelease() reads quoted and plain values', () => {
  const text = 'PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';
  assert.deepEqual(parseOsRelease(text), BOOKWORM);
  assert.equal(parseOsRelease('ID=arch\n'), undefined);
});

test('distributionSources() takes the distribution from deb822 files and leaves others out', () => {
  const files = [
    {
      path: '/etc/apt/sources.list.d/debian.sources',
      content: `Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main
`,
    },
    {
      path: '/etc/apt/sources.list.d/other.sources',
      content:
        'Types: deb\nURIs: https://apt.example/hashi\nSuites: bookworm\nComponents: main\nSigned-By: /usr/share/keyrings/hashi.gpg\n',
    },
    { path: '/etc/apt/sources.list.d/docker.list', content: 'deb https://docker.example/debian bookworm stable\n' },
    { path: '/etc/apt/sources.list.d/cd.list', content: 'deb cdrom:[x] bookworm main\n' },
  ];
  assert.deepEqual(distributionSources(files, BOOKWORM), [
    'deb http://mirror.example/debian bookworm main contrib',
    'deb http://mirror.example/debian bookworm-updates main contrib',
    'deb http://mirror.example/debian-security bookworm-security main',
  ]);
});

test('distributionSources() reads one-line files as Ubuntu 22.04 has them', () => {
  const content = `# comment
deb http://archive.ubuntu.com/ubuntu/ jammy main restricted # inline
deb [arch=amd64 signed-by=/usr/share/keyrings/ubuntu-archive-keyring.gpg] http://archive.ubuntu.com/ubuntu/ jammy-updates main universe
deb-src http://archive.ubuntu.com/ubuntu/ jammy main
deb http://archive.ubuntu.com/ubuntu/ jammy-backports main
`;
  const jammy = { id: 'ubuntu', version: '22.04', codename: 'jammy' };
  assert.deepEqual(distributionSources([{ path: '/etc/apt/sources.list', content }], jammy), [
    'deb http://archive.ubuntu.com/ubuntu/ jammy main restricted',
    'deb http://archive.ubuntu.com/ubuntu/ jammy-updates main universe',
  ]);
});

test('distributionSources() is empty when the main suite is missing, so that the default mirror is used', () => {
  const files = [{ path: '/etc/apt/sources.list', content: 'deb http://m.example/debian bookworm-security main\n' }];
  assert.deepEqual(distributionSources(files, BOOKWORM), []);
});
