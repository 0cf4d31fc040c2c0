/** The installation with programs in the place of apt-get, dpkg and systemctl that write down how they were called. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ensureSystemPackages } from './install-packages.ts';

const WANTED = [
  { package: 'haproxy', programs: ['fake-proxy'], purpose: 'stands for one that is missing' },
  { package: 'mount', programs: ['mount'], purpose: 'is there' },
];

/** apt-get installs the program, says how far it is, and goes on when it may; a dpkg that was killed stops it. */
const APT = `#!/bin/sh
echo "apt-get $*" | sed -E 's/ -q -o .*=300//' >>"$BED/calls"
case "$*" in *--download-only* | update*) exit 0 ;; esac
if [ -e "$BED/interrupted" ]; then echo "E: dpkg was interrupted, you must manually run" >&2; exit 100; fi
[ -e "$BED/policy" ] && echo "services are held back" >>"$BED/calls"
echo "pmstatus:haproxy:50.0:Unpacking haproxy"
while [ ! -e "$BED/go" ]; do sleep 0.01; done
printf '#!/bin/sh\n' >"$BED/bin/fake-proxy"
chmod 755 "$BED/bin/fake-proxy"
`;
const DPKG = '#!/bin/sh\necho "dpkg $*" >>"$BED/calls"\nrm "$BED/interrupted"\nexit 1\n';
const SYSTEMCTL = '#!/bin/sh\necho "systemctl $*" >>"$BED/calls"\n';

async function makeBed(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'slipway-install-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const path = (name: string) => join(root, name);
  await mkdir(path('bin'));
  for (const [name, text] of Object.entries({ 'apt-get': APT, dpkg: DPKG, systemctl: SYSTEMCTL }))
    await writeFile(path(`bin/${name}`), text, { mode: 0o755 });
  const env = { ...process.env, BED: root, PATH: `${path('bin')}:${process.env['PATH']}` };
  const place = { policyFile: path('policy'), noteFile: path('note'), env };
  const calls = async () => {
    const lines = (await readFile(path('calls'), 'utf8')).trimEnd().split('\n');
    return lines.filter((line) => line !== 'apt-get update');
  };
  return { path, place, calls };
}

const INSTALL = 'apt-get install --yes --no-install-recommends haproxy';

test('ensureSystemPackages() installs what is missing, starts and enables no service, and leaves no trace', async (t) => {
  const { calls, path, place } = await makeBed(t);
  await writeFile(path('go'), '');
  const install = () => ensureSystemPackages({ onProgress: () => undefined }, { wanted: WANTED, place });
  assert.deepEqual(await install(), ['haproxy']);
  assert.deepEqual(await calls(), [
    `${INSTALL} --download-only`,
    INSTALL,
    'services are held back',
    'systemctl disable --quiet haproxy',
  ]);
  assert.ok(!existsSync(place.policyFile));
  assert.ok(!existsSync(place.noteFile));
  assert.deepEqual(await install(), []);
  assert.equal((await calls()).length, 4);
});

test('ensureSystemPackages() finishes an installation that was killed, also when every program is there', async (t) => {
  const { calls, path, place } = await makeBed(t);
  for (const name of ['go', 'interrupted']) await writeFile(path(name), '');
  await writeFile(path('bin/fake-proxy'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(place.noteFile, 'haproxy\n');
  await ensureSystemPackages({ onProgress: () => undefined }, { wanted: WANTED, place });
  const resumed = `${INSTALL} --fix-broken`;
  assert.deepEqual(await calls(), [
    `${resumed} --download-only`,
    resumed,
    'dpkg --force-confdef --force-confold --configure -a',
    `${resumed} --download-only`,
    resumed,
    'services are held back',
    'systemctl disable --quiet haproxy',
  ]);
  assert.ok(!existsSync(place.noteFile));
});

test('ensureSystemPackages() leaves alone what another interrupted, and says how it is mended', async (t) => {
  const { path, place } = await makeBed(t);
  await writeFile(path('interrupted'), '');
  const failing = ensureSystemPackages({ onProgress: () => undefined }, { wanted: WANTED, place });
  await assert.rejects(failing, (error: { fix?: readonly string[] }) => {
    assert.equal(error.fix?.at(-1), 'Run: sudo dpkg --configure -a, and then the same command again');
    return true;
  });
  assert.ok(existsSync(path('interrupted')));
});

test('ensureSystemPackages() says why the lists could not be fetched when a package is not in them', async (t) => {
  const { path, place } = await makeBed(t);
  const apt = `#!/bin/sh
case "$*" in update*) echo "W: Failed to fetch http://deb.example.com: Temporary failure resolving" >&2; exit 0 ;; esac
echo "E: Package 'haproxy' has no installation candidate" >&2
exit 100
`;
  await writeFile(path('bin/apt-get'), apt, { mode: 0o755 });
  const failing = ensureSystemPackages({ onProgress: () => undefined }, { wanted: WANTED, place });
  await assert.rejects(failing, (error: { fix?: readonly string[] }) => {
    assert.deepEqual(error.fix?.slice(0, 2), [
      'W: Failed to fetch http://deb.example.com: Temporary failure resolving',
      "E: Package 'haproxy' has no installation candidate",
    ]);
    return true;
  });
});

test('ensureSystemPackages() that is told to stop lets dpkg finish, and the next one goes on from there', async (t) => {
  const { calls, path, place } = await makeBed(t);
  const stop = new AbortController();
  const told: string[] = [];
  const onProgress = (text: string) => {
    told.push(text);
    if (text === 'installing 50 %') stop.abort(new DOMException('Interrupted', 'AbortError'));
    if (stop.signal.aborted) void writeFile(path('go'), '');
  };
  const first = ensureSystemPackages({ onProgress, signal: stop.signal }, { wanted: WANTED, place });
  await assert.rejects(first, { name: 'AbortError' });
  assert.equal(told.at(-1), 'stops when the packages are installed');
  assert.ok(existsSync(path('bin/fake-proxy')));
  assert.ok(!existsSync(place.policyFile));
  await ensureSystemPackages({ onProgress }, { wanted: WANTED, place });
  assert.equal((await calls()).at(-1), 'systemctl disable --quiet haproxy');
  assert.ok(!existsSync(place.noteFile));
});
