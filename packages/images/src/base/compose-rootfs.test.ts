import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mmdebstrapArguments, progressOf } from './compose-rootfs.ts';

test('mmdebstrapArguments() uses the sources of the machine and leaves documentation out', () => {
  const machine = {
    distribution: { id: 'debian', version: '12', codename: 'bookworm' },
    aptSources: ['deb http://m/debian bookworm main', 'deb http://m/security bookworm-security main'],
    extraCaSha256: '',
    nodeVersion: 'v24.21.0',
    arch: 'x64',
  };
  assert.deepEqual(mmdebstrapArguments(machine, '/work dir/rootfs.tar', '/assets/customize-rootfs'), [
    '--variant=minbase',
    '--format=tar',
    '--include=ca-certificates',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/info/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    '--dpkgopt=force-unsafe-io',
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Languages "none"',
    '--customize-hook=/assets/customize-rootfs',
    'bookworm',
    '/work dir/rootfs.tar',
    'deb http://m/debian bookworm main',
    'deb http://m/security bookworm-security main',
  ]);
});

test('progressOf() understands what mmdebstrap says', () => {
  assert.deepEqual(progressOf('I: extracting archives...'), { percent: 12, detail: 'unpacking' });
  assert.equal(progressOf('Selecting previously unselected package perl.'), undefined);
});
