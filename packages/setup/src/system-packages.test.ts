import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  installLine,
  isDpkgInterrupted,
  missingParts,
  needsListUpdate,
  parseAptStatus,
  systemPartsFor,
} from './system-packages.ts';

test('missingParts() names the packages of which a program is missing', () => {
  assert.deepEqual(
    missingParts(() => true),
    [],
  );
  assert.deepEqual(
    missingParts((program) => program !== 'newgidmap' && program !== 'crun').map((part) => part.package),
    ['crun', 'uidmap'],
  );
});

test('installLine() is what a person can paste', () => {
  assert.equal(installLine(['crun', 'uidmap']), 'sudo apt-get install --yes --no-install-recommends crun uidmap');
});

test('parseAptStatus() reads lines of apt and no others', () => {
  assert.deepEqual(parseAptStatus('dlstatus:1:20.4:Retrieving file 1 of 5 (3s remaining)'), {
    phase: 'download',
    percent: 20,
    what: 'Retrieving file 1 of 5 (3s remaining)',
  });
  assert.deepEqual(parseAptStatus('pmstatus:haproxy:66.6667:Installing haproxy (amd64)'), {
    phase: 'install',
    percent: 67,
    what: 'Installing haproxy (amd64)',
  });
  assert.equal(parseAptStatus('pmstatus:libc6:amd64:50:Unpacking')?.percent, 50);
  assert.equal(parseAptStatus('Reading package lists...'), undefined);
});

test('isDpkgInterrupted() sees what an installation that was killed leaves', () => {
  assert.ok(isDpkgInterrupted("E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct it."));
  assert.ok(!isDpkgInterrupted('E: Unable to locate package crun'));
});

test('needsListUpdate() sees lists that are missing or too old', () => {
  assert.ok(needsListUpdate('E: Unable to locate package crun'));
  assert.ok(needsListUpdate('Err:1 bookworm/main crun 404  Not Found'));
  assert.ok(!needsListUpdate('E: Could not get lock /var/lib/dpkg/lock'));
});

test('systemPartsFor() adds netavark where buildah asks for it', () => {
  const hasNetavark = (text: string) => systemPartsFor(text).some((part) => part.package === 'netavark');
  assert.ok(!hasNetavark('ID=debian\nVERSION_ID="12"\n'));
  assert.ok(hasNetavark('ID=debian\nVERSION_ID="13"\n'));
  assert.ok(!hasNetavark('ID=ubuntu\nVERSION_ID="22.04"\n'));
  assert.ok(hasNetavark('ID=ubuntu\nVERSION_ID="24.04"\n'));
  assert.ok(!hasNetavark(''));
});
