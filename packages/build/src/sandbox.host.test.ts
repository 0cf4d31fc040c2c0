import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLOSED_RANGES } from '@slipway/engine';
import { seatNetwork } from './sandbox/build-network.ts';
import { LAB_PLATFORM, type LabRun, openBuildLab } from './testing/build-lab.ts';
import { enterPrivateMounts } from './testing/private-mounts.ts';

enterPrivateMounts(import.meta.filename);

const lab = await openBuildLab();
test.after(() => lab[Symbol.asyncDispose]());

async function runStep(script: string, limits: { memoryBytes?: number; diskBytes?: number; timeoutMs?: number } = {}) {
  const dockerfile = `FROM slipway/base\nCOPY step.sh /\nRUN bash /step.sh\n`;
  const files = { Dockerfile: dockerfile, 'step.sh': script };
  return lab.run(await lab.build(files, { strategy: 'dockerfile', ...limits }));
}

function assertBuilt(run: LabRun): void {
  assert.equal(run.outcome.ok, true, run.log);
}

test("root in a build step is an unprivileged user of the machine, and its files are stored as root's", async () => {
  const run = await runStep(
    'cat /proc/self/uid_map; grep Cap /proc/self/status; touch /mine; chown 7:8 /mine; touch /root/own',
  );
  assertBuilt(run);
  assert.match(run.log, /^ +0 1130000000 +65536$/m);
  assert.match(run.log, /^CapBnd:\s+00000000800401fb$/m);
  assert.match(run.log, /^CapAmb:\s+0000000000000000$/m);
  const container = await lab.buildah('from', lab.pushedImageId());
  const root = await lab.buildah('mount', container);
  const mine = await stat(join(root, 'mine'));
  assert.deepEqual([mine.uid, mine.gid], [7, 8]);
  assert.equal((await stat(join(root, 'root/own'))).uid, 0);
  await lab.buildah('rm', container);
});

test('a build step reaches no service of the machine, on no address', async () => {
  const server = createServer((socket) => socket.end('reached'));
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const addresses = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  const targets = ['127.0.0.1', seatNetwork(LAB_PLATFORM, '10.204.0.0/24', 0).hostAddress, ...addresses];
  const tries = targets.map(
    (address) =>
      `timeout 2 bash -c 'exec 3<>/dev/tcp/${address}/${port} && cat <&3' 2>/dev/null || echo "shut ${address}"`,
  );
  const run = await runStep(tries.join('\n'));
  server.close();
  assertBuilt(run);
  assert.doesNotMatch(run.log, /reached/);
  for (const address of targets) assert.ok(run.log.includes(`shut ${address}`), `${address}: ${run.log}`);
});

test('a build step reaches no metadata service and no private network, however it spells them', async () => {
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    socket.end();
  });
  server.listen(0, '::');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const ofMachine = own.filter(({ family, internal }) => family === 'IPv4' && !internal);
  const near = CLOSED_RANGES.map((range) => range.split('/')[0] ?? '').filter((address) => !/^(0|127)\./.test(address));
  const targets = [...near, '169.254.169.254', '100.100.100.200', ...ofMachine.map(({ address }) => address)];
  const spelled = targets.flatMap((address) => {
    const parts = address.split('.').map(Number);
    const value = parts.reduce((sum, part) => sum * 256 + part, 0);
    return [address, String(value), `0x${value.toString(16)}`, `0${value.toString(8)}`, `::ffff:${address}`];
  });
  const step = 'timeout 3 bash -c "exec 3<>/dev/tcp/$address/PORT" 2>/dev/null && echo "open $address" & true';
  const script = ['for address in', ...spelled, ';', 'do', step.replace('PORT', String(port)), ';', 'done'].join(' ');
  const run = await runStep(`${script}\nwait\necho "tried all"`);
  server.close();
  assertBuilt(run);
  assert.match(run.log, /tried all/);
  assert.doesNotMatch(run.log, /^open /m);
  assert.equal(asked, 0);
});

test('ADD of an address reaches the machine no more than a step does', async () => {
  let asked = false;
  const server = createServer(() => {
    asked = true;
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const host = seatNetwork(LAB_PLATFORM, '10.204.0.0/24', 0).hostAddress;
  for (const address of ['127.0.0.1', host]) {
    const files = { Dockerfile: `FROM slipway/base\nADD http://${address}:${port}/x /x\n` };
    const run = await lab.run(await lab.build(files, { strategy: 'dockerfile' }));
    assert.match(run.outcome.ok ? '' : run.outcome.message, /line 2 of Dockerfile: "http:.*cannot be fetched/, run.log);
  }
  server.close();
  assert.equal(asked, false);
});

test('images of the store and of other projects are no base images', async () => {
  for (const image of ['localhost/slipway/base', lab.pushedImageId(), 'registry.test:5000/p2/app']) {
    const files = { Dockerfile: `FROM ${image}\nRUN true\n` };
    const run = await lab.run(await lab.build(files, { strategy: 'dockerfile' }));
    assert.equal(run.outcome.ok, false, run.log);
  }
});

test('a build step sees its own processes only and learns nothing of the machine', async () => {
  const run = await runStep(
    [
      'for p in /proc/[0-9]*; do echo "process ${p#/proc/}"; done',
      'ls /sys/fs/cgroup /sys/class/net | head -20',
      'cat /etc/hosts; env',
    ].join('\n'),
  );
  assertBuilt(run);
  const processes = [...run.log.matchAll(/^process (\d+)$/gm)].map((match) => Number(match[1]));
  assert.ok(processes.length < 10, run.log);
  assert.doesNotMatch(run.log, /^(?:eth0|slb\S*|memory|pids)$|host\.containers/m);
});

test('a build step can neither mount, make devices, change the kernel nor write outside its root', async () => {
  const sentinel = join(lab.dir, 'sentinel');
  await writeFile(sentinel, 'untouched');
  const run = await runStep(
    [
      `echo changed 2>/dev/null > ${sentinel} && echo wrote-sentinel`,
      'mount -t tmpfs none /tmp 2>/dev/null && echo mounted',
      'mknod /disk b 254 0 2>/dev/null && echo made-device',
      'echo x 2>/dev/null > /proc/sys/kernel/hostname && echo set-hostname',
      'echo 1 2>/dev/null > /sys/kernel/mm/transparent_hugepage/enabled && echo wrote-sys',
      'echo bad 2>/dev/null > /dev/slipway/ca-certificates.crt && echo wrote-ca',
      'cat /proc/1/root/proc/kcore >/dev/null 2>&1 && echo read-memory',
      'echo done',
    ].join('\n'),
  );
  assertBuilt(run);
  assert.match(run.log, /^done$/m);
  assert.doesNotMatch(run.log, /^(?:wrote|mounted|made|set|read)-?/m);
  assert.equal(await readFile(sentinel, 'utf8'), 'untouched');
});

test('what the machine lends to build steps is not kept in the image', async () => {
  const run = await runStep('env; head -c 27 /dev/slipway/ca-certificates.crt; echo; touch /dev/slipway/scratch/cache');
  assertBuilt(run);
  assert.match(run.log, /^NODE_EXTRA_CA_CERTS=\/dev\/slipway\/ca-certificates\.crt$/m);
  assert.match(run.log, /BEGIN CERTIFICATE/);
  const inspected = await lab.buildah('inspect', '--type', 'image', lab.pushedImageId());
  assert.doesNotMatch(inspected, /CA_CERTS|scratch/);
  const container = await lab.buildah('from', lab.pushedImageId());
  const root = await lab.buildah('mount', container);
  assert.deepEqual(await readdir(join(root, 'dev')), []);
  await lab.buildah('rm', container);
});

test('a build that needs too much memory ends with a message that says so', async () => {
  const run = await runStep('dd if=/dev/zero of=/dev/null bs=400M count=1', { memoryBytes: 150e6 });
  assert.deepEqual(run.outcome, {
    ok: false,
    fault: 'failed',
    message: 'Cannot build: the build needed more than its memory limit of 150000000 bytes. Use a larger build size',
  });
});

test('a build that writes too much ends with exceeded_ephemeral_storage', async () => {
  const run = await runStep('dd if=/dev/zero of=/big bs=1M count=400; sleep 30', { diskBytes: 100e6 });
  assert.equal(run.outcome.ok, false, run.log);
  assert.equal(run.outcome.ok || run.outcome.fault, 'exceeded_ephemeral_storage');
});

test('a build that takes too long ends with timeout', async () => {
  const run = await runStep('sleep 1000', { timeoutMs: 1500 });
  assert.equal(run.outcome.ok || run.outcome.fault, 'timeout');
});
