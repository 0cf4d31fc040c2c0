import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { runProcess } from '@slipway/process';
import { ask, connection, ORACLE } from '../testing/oracle.ts';
import { openRuntimeBed, requestFor, until, type RuntimeBed } from '../testing/runtime-bed.ts';
import { StartFailure, type Instance } from './instance-runtime.ts';

const SERVER = `require('http').createServer((q, s) => s.end('hello ' + process.pid)).listen(process.env.PORT, () => console.log('listening'))`;
const signal = new AbortController().signal;

const TB = { platformId: 'tb', cidr: '10.201.128.0/17', userBase: 1_110_000_000 } as const;
const TA = { platformId: 'ta', cidr: '10.201.0.0/17', userBase: 1_100_000_000 } as const;

async function fetchText(address: string): Promise<string> {
  return until(`an answer from ${address}`, async () =>
    fetch(`http://${address}:8080/`).then(
      (response) => response.text(),
      () => undefined,
    ),
  );
}

/** Everything of a platform that can be seen on the machine, apart from its folders. */
async function tracesOf(platformId: string): Promise<readonly string[]> {
  const tables = (await runProcess(['nft', 'list', 'tables'])).stdout.split('\n');
  const routes = (await runProcess(['ip', 'route'])).stdout.split('\n');
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const groups = readdirSync('/sys/fs/cgroup').flatMap((name) => {
    const dir = `/sys/fs/cgroup/${name}`;
    try {
      return readdirSync(dir).filter((child) => child === `slipway-${platformId}`);
    } catch {
      return [];
    }
  });
  return [
    ...tables.filter((line) => line.endsWith(`slipway_${platformId}`)),
    ...routes.filter((line) => line.includes(`sw-${platformId}-`)),
    ...mounts.filter((line) => line.includes(`/slipway-${platformId}-`)),
    ...readdirSync('/sys/class/net').filter((name) => name.startsWith(`sw-${platformId}-`)),
    ...groups,
  ];
}

/** The kernel removes a namespace's cables a moment after its last process. */
async function assertNoTraces(platformId: string): Promise<void> {
  let traces: readonly string[] = [];
  await until('no traces', async () => (traces = await tracesOf(platformId)).length === 0).catch(() => undefined);
  assert.deepEqual(traces, []);
}

test('start() runs an image, it answers on its address, its log is read, and stop() and purge() leave nothing', async () => {
  {
    await using bed = await openRuntimeBed(TA);
    const { runtime } = bed;
    await runtime.adopt();
    await runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
    const instance = await runtime.start(requestFor('p1', 'web-00001-aaaaa', { arguments: [SERVER] }), signal);
    assert.match(instance.address, /^10\.201\.0\.\d+$/);
    assert.equal(await fetchText(instance.address), 'hello 1');
    const log = await until('a log line', async () => (await bed.readLog('p1', 'web'))[0]);
    assert.deepEqual([log.text, log.stream, log.instanceName], ['listening', 'stdout', 'web-00001-aaaaa']);
    await runtime.stop(instance.instanceName, 50);
    assert.deepEqual(
      bed.ends.map(({ instanceName, exitCode, reason }) => ({ instanceName, exitCode, reason })),
      [{ instanceName: 'web-00001-aaaaa', exitCode: 137, reason: 'killed' }],
    );
    assert.deepEqual(readdirSync(`${bed.config.runDir}/i`), []);
    assert.deepEqual(readdirSync(`${bed.config.runDir}/crun`), []);
    assert.deepEqual(readdirSync(`${bed.config.stateDir}/scratch`), []);
    assert.equal((await bed.readLog('p1', 'web')).length, 1);
    assert.deepEqual(bed.warnings, []);
  }
  await assertNoTraces('ta');
});

test('an exit code is reported, and a missing program is said in one sentence', async () => {
  await using bed = await openRuntimeBed(TA);
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
  await bed.runtime.start(requestFor('p1', 'web-00001-exit3', { arguments: ['process.exit(3)'] }), signal);
  const end = await until('the end', () => bed.ends[0]);
  assert.deepEqual([end.exitCode, end.reason], [3, 'exited']);
  await assert.rejects(
    bed.runtime.start(requestFor('p1', 'web-00001-none', { command: ['/nowhere'] }), signal),
    (error) => {
      assert.ok(error instanceof StartFailure, String(error));
      assert.equal(error.fault, 'executable_not_found', String(error.cause));
      assert.match(error.message, /The program "\/nowhere" does not exist in the image/);
      return true;
    },
  );
  assert.deepEqual(readdirSync(`${bed.config.runDir}/i`), []);
});

async function startIn(bed: RuntimeBed, projectId: string, name: string): Promise<Instance> {
  await bed.runtime.applyProject({ projectId, subdomain: projectId });
  return bed.runtime.start(requestFor(projectId, name, { arguments: [ORACLE] }), signal);
}

test('an instance is confined: root inside has six harmless capabilities, no new privileges, seccomp, mapped users, its own limits', async () => {
  await using bed = await openRuntimeBed(TA);
  await bed.runtime.adopt();
  const instance = await startIn(bed, 'p1', 'web-00001-inner');
  const status = String(await ask(instance, `require('fs').readFileSync('/proc/self/status', 'utf8')`));
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1];
  assert.equal(field('NoNewPrivs'), '1');
  assert.equal(field('Seccomp'), '2');
  for (const set of ['CapInh', 'CapAmb']) assert.equal(field(set), '0000000000000000');
  // CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, all of them inside the user namespace only.
  for (const set of ['CapPrm', 'CapEff', 'CapBnd']) assert.equal(field(set), '00000000000000eb');
  assert.equal(await ask(instance, 'process.constrainedMemory()'), 256e6 - (256e6 % 4096));
  assert.equal(await ask(instance, `require('os').hostname()`), 'web-00001-inner');
  assert.equal(
    await ask(instance, 'process.env.PORT + process.env.HOME + process.env.HOSTNAME'),
    '8080/rootweb-00001-inner',
  );
  assert.deepEqual(await ask(instance, `require('fs').readdirSync('/sys/class/net').sort()`), ['eth0', 'lo']);
  assert.equal(
    await ask(instance, `require('fs').readFileSync('/etc/resolv.conf', 'utf8')`),
    'nameserver 10.201.0.1\n',
  );
  assert.equal(await ask(instance, `require('fs').writeFileSync('/written', 'x')`), null);
  assert.deepEqual(await ask(instance, `require('fs').writeFileSync('/proc/sys/kernel/hostname', 'x')`), {
    error: 'EROFS',
  });
  const record = JSON.parse(
    readFileSync(`${bed.config.runDir}/i/${readdirSync(`${bed.config.runDir}/i`)[0]}/record.json`, 'utf8'),
  ) as { processes: { container: { pid: number } } };
  const { uid } = statSync(`/proc/${record.processes.container.pid}`);
  const owner = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${record.processes.container.pid}/status`, 'utf8'))?.[1];
  assert.equal(owner, '1100000000', String(uid));
  // A moment after the start, off the way of the request that waits for it.
  const isMounted = (line: string) => line.startsWith('overlay') && line.includes('/slipway-ta-');
  const mounts = () => readFileSync('/proc/self/mounts', 'utf8').split('\n');
  assert.ok(await until('no root in our own mounts', () => !mounts().some(isMounted)));
});

test("a process runs as the image's user, and as the revision's where it names one", async () => {
  await using bed = await openRuntimeBed({ ...TA, image: { user: 'app' } });
  await bed.runtime.adopt();
  const named = await startIn(bed, 'p1', 'web-00001-named');
  const identity = '[process.getuid(), process.getgid(), process.getgroups().sort(), process.env.HOME]';
  assert.deepEqual(await ask(named, identity), [1000, 1001, [1001, 1002], '/home/app']);
  const status = String(await ask(named, `require('fs').readFileSync('/proc/self/status', 'utf8')`));
  assert.deepEqual(
    new Set(status.match(/^Cap.*$/gm)?.map((line) => line.split('\t')[1])),
    new Set(['0000000000000000']),
  );
  const numbered = await bed.runtime.start(
    requestFor('p1', 'web-00001-number', { arguments: [ORACLE], userId: 4242 }),
    signal,
  );
  assert.deepEqual(await ask(numbered, identity), [4242, 0, [0], '/']);
});

test('instances reach their own project only: not another, not another platform, not the host, not private addresses', async () => {
  await using bed = await openRuntimeBed(TA);
  await using other = await openRuntimeBed(TB);
  await bed.runtime.adopt();
  await other.runtime.adopt();
  const one = await startIn(bed, 'p1', 'web-00001-one');
  const same = await startIn(bed, 'p1', 'web-00001-same');
  const stranger = await startIn(bed, 'p2', 'web-00001-stranger');
  const foreign = await startIn(other, 'p1', 'web-00001-foreign');
  for (const instance of [one, same, stranger, foreign]) assert.equal(await ask(instance, '1'), 1);
  const host = createServer((_request, response) => response.end('host'));
  await once(host.listen(0, '0.0.0.0'), 'listening');
  const { port } = host.address() as AddressInfo;
  try {
    assert.equal(await connection(one, same.address, 8080), 'open');
    assert.notEqual(await connection(one, stranger.address, 8080), 'open');
    assert.notEqual(await connection(one, foreign.address, 8080), 'open');
    assert.notEqual(await connection(foreign, one.address, 8080), 'open');
    assert.notEqual(await connection(one, '10.201.0.1', port), 'open');
    assert.notEqual(await connection(one, '10.201.1.1', port), 'open');
    assert.equal(await connection(one, '169.254.169.254', 80), 'EHOSTUNREACH');
    assert.equal(await connection(one, '10.99.0.1', 80), 'EHOSTUNREACH');
  } finally {
    host.close();
  }
});

test('instances resolve names through their gateway', async () => {
  // A name server that answers every question with one address.
  const upstream = createSocket('udp4');
  const asked: string[] = [];
  upstream.on('message', (query, from) => {
    asked.push(query.toString('latin1', 12));
    const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const header = Buffer.concat([query.subarray(0, 2), Buffer.from([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0])]);
    upstream.send(Buffer.concat([header, question, answer]), from.port, from.address);
  });
  await new Promise<void>((resolve) => upstream.bind(0, '127.0.0.1', resolve));
  try {
    const network = { cidr: TA.cidr, projectPrefix: 24, dnsUpstreams: [`127.0.0.1#${upstream.address().port}`] };
    await using bed = await openRuntimeBed({ ...TA, config: { network } });
    await bed.runtime.adopt();
    const instance = await startIn(bed, 'p1', 'web-00001-names');
    const resolved = await until('an address', async () => {
      const answer = await ask(instance, `require('dns').promises.resolve4('some.example')`);
      return Array.isArray(answer) ? answer : undefined;
    });
    assert.deepEqual(resolved, ['192.0.2.7']);
    const resolve = (name: string, kind: 4 | 6) => ask(instance, `require('dns').promises.resolve${kind}('${name}')`);
    await bed.runtime.publishNames('p1', ['web.one.svc.cluster.local', 'web.one']);
    for (const name of ['web.one', 'web.one.svc.cluster.local']) {
      await until('the name', async () => isDeepStrictEqual(await resolve(name, 4), ['10.201.0.1']));
      assert.deepEqual(await resolve(name, 6), { error: 'ENODATA' });
    }
    assert.deepEqual(await resolve('web.two.svc.cluster.local', 4), { error: 'ENOTFOUND' });
    await bed.runtime.publishNames('p1', []);
    await until('no name', async () => isDeepStrictEqual(await resolve('web.one', 4), ['192.0.2.7']));
    const isOfApp = (question: string) => /cluster/.test(question);
    assert.deepEqual(asked.filter(isOfApp), [], 'nobody outside is asked for names of apps');
  } finally {
    upstream.close();
  }
});

test('a new daemon adopts what runs, and is told once of what ended meanwhile', async () => {
  await using bed = await openRuntimeBed(TA);
  assert.deepEqual(await bed.runtime.adopt(), { projects: [], running: [], ended: [], standby: [] });
  const staying = await startIn(bed, 'p1', 'web-00001-stays');
  const leaving = await startIn(bed, 'p1', 'web-00001-leaves');
  assert.equal(await ask(staying, '1'), 1);
  await bed.runtime.close();
  assert.equal(await ask(leaving, 'setTimeout(() => process.exit(5)), 1'), 1);
  await until('the exit code on disk', () => readdirSync(`${bed.config.runDir}/exits`).length === 1);

  const adoption = await bed.reopen().adopt();
  assert.deepEqual(adoption.running, [staying]);
  assert.deepEqual(
    adoption.ended.map(({ instanceName, exitCode, reason }) => ({ instanceName, exitCode, reason })),
    [{ instanceName: 'web-00001-leaves', exitCode: 5, reason: 'exited' }],
  );
  assert.equal(await ask(staying, '2'), 2);
  await bed.runtime.close();
  assert.deepEqual(await bed.reopen().adopt(), { projects: ['p1'], running: [staying], ended: [], standby: [] });
  const next = await startIn(bed, 'p1', 'web-00001-next');
  assert.notEqual(next.address, staying.address);
  await bed.runtime.stop(staying.instanceName, 0);
  assert.deepEqual(
    bed.ends.map((end) => end.instanceName),
    ['web-00001-stays'],
  );
});

test('adopt() removes an instance whose start was cut off', async () => {
  await using bed = await openRuntimeBed(TA);
  await bed.runtime.adopt();
  const instance = await startIn(bed, 'p1', 'web-00001-half');
  await bed.runtime.close();
  const [key] = readdirSync(`${bed.config.runDir}/i`);
  const recordPath = `${bed.config.runDir}/i/${key}/record.json`;
  const { processes, ...half } = JSON.parse(readFileSync(recordPath, 'utf8')) as {
    processes: { container: { pid: number } };
  };
  writeFileSync(recordPath, JSON.stringify(half));
  assert.deepEqual(await bed.reopen().adopt(), { projects: ['p1'], running: [], ended: [], standby: [] });
  assert.ok(!existsSync(`/proc/${processes.container.pid}`), instance.instanceName);
  assert.deepEqual(readdirSync(`${bed.config.runDir}/i`), []);
});

test('a daemon killed at any moment of a start leaves an instance that runs, or nothing', async () => {
  await using bed = await openRuntimeBed(TA);
  const script = new URL('../testing/killed-daemon.ts', import.meta.url).pathname;
  for (const killAfterMs of [0, 5, 10, 20, 40, 80]) {
    const name = `web-00001-kill${killAfterMs}`;
    const plan = {
      config: bed.config,
      image: bed.image,
      request: requestFor('p1', name, { arguments: [ORACLE] }),
      killAfterMs,
    };
    const child = spawn(process.execPath, [script, JSON.stringify(plan)], { stdio: 'ignore' });
    const [, killedBy] = (await once(child, 'close')) as [number | null, string | null];
    assert.equal(killedBy, 'SIGKILL');
    const { running } = await bed.reopen().adopt();
    for (const instance of running) {
      assert.equal(await ask(instance, '1'), 1);
      await bed.runtime.stop(instance.instanceName, 0);
    }
    await bed.runtime.close();
    assert.deepEqual(readdirSync(`${bed.config.runDir}/i`), [], `killed after ${killAfterMs} ms`);
    assert.deepEqual(readdirSync(`${bed.config.stateDir}/scratch`), []);
    assert.deepEqual(readdirSync(`${bed.config.runDir}/n`), []);
  }
  await bed.reopen().adopt();
});

test('an instance that takes more memory than its limit is reported as out of memory', async () => {
  await using bed = await openRuntimeBed(TA);
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
  const hog = `const all = []; setInterval(() => all.push(Buffer.alloc(20e6, 1)), 1)`;
  await bed.runtime.start(requestFor('p1', 'web-00001-hog', { arguments: [hog], memoryBytes: 128e6 }), signal);
  const end = await until('the end', () => bed.ends[0]);
  assert.deepEqual([end.exitCode, end.reason], [137, 'oom_killed']);
});

test('stop() lets a program end by itself within the grace, and kills one that does not, with its children', async () => {
  await using bed = await openRuntimeBed(TA);
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
  const polite = `process.on('SIGTERM', () => process.exit(7)); console.log('up'); setInterval(() => {}, 1000)`;
  const deaf = `process.on('SIGTERM', () => {}); require('child_process').spawn('/bin/node', ['-e', 'setInterval(() => {}, 1000)']); console.log('up')`;
  await bed.runtime.start(requestFor('p1', 'web-00001-polite', { arguments: [polite] }), signal);
  await bed.runtime.start(requestFor('p1', 'web-00001-deaf', { arguments: [deaf] }), signal);
  await until('both are up', async () => (await bed.readLog('p1', 'web')).length === 2);
  await bed.runtime.stop('web-00001-polite', 10_000);
  await bed.runtime.stop('web-00001-deaf', 100);
  assert.deepEqual(
    bed.ends.map(({ exitCode, reason }) => [exitCode, reason]),
    [
      [7, 'exited'],
      [137, 'killed'],
    ],
  );
});

test('an instance that fills its ephemeral storage is stopped with the reason', async () => {
  await using bed = await openRuntimeBed(TA);
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
  const filler = `require('fs').writeFileSync('/tmp/big', Buffer.alloc(8e6, 1)); setInterval(() => {}, 1000)`;
  const revision = { arguments: [filler], ephemeralStorageBytes: 4e6 };
  await bed.runtime.start(requestFor('p1', 'web-00001-filler', revision), signal);
  const end = await until('the end', () => bed.ends[0]);
  assert.match(String(end.message), /more than its ephemeral storage of 4000000 bytes/);
});

test('logs are rotated, bounded, followed, and read in order after the end', async () => {
  const instanceLog = { fileBytesMax: 200_000, filesPerInstanceMax: 3, instancesPerAppMax: 1 };
  await using bed = await openRuntimeBed({ ...TA, config: { instanceLog } });
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
  // 100 lines of about 1,000 bytes every 300 ms: a file is full every 600 ms, slower than the look that saves it.
  const chatty = `let n = 0; const timer = setInterval(() => { for (let i = 0; i < 50; i++) console.log(String(n++).padStart(6, '0') + 'x'.repeat(960)); if (n >= 1200) { clearInterval(timer); } }, 300)`;
  await bed.runtime.start(requestFor('p1', 'web-00001-chatty', { arguments: [chatty] }), signal);
  const following = new AbortController();
  const followed: number[] = [];
  for await (const entry of bed.runtime.readLogs({ projectId: 'p1', appName: 'web', follow: true }, following.signal)) {
    followed.push(Number(entry.text.slice(0, 6)));
    if (followed.at(-1) === 1199) following.abort();
  }
  assert.deepEqual(
    followed,
    Array.from({ length: 1200 }, (_, index) => index),
  );
  const dir = `${bed.config.stateDir}/logs/p1/web/web-00001-chatty`;
  await bed.runtime.stop('web-00001-chatty', 0);
  const bytes = readdirSync(dir).map((name) => statSync(`${dir}/${name}`));
  const files = new Map(bytes.map((file) => [file.ino, file.size]));
  assert.ok([...files.values()].reduce((sum, size) => sum + size, 0) <= 3 * 200_000 + 1000);
  const kept = (await bed.readLog('p1', 'web')).map((entry) => Number(entry.text.slice(0, 6)));
  assert.equal(kept.at(-1), 1199);
  assert.ok(kept.length > 200, `${kept.length} lines kept`);
  assert.deepEqual(
    kept,
    kept.toSorted((a, b) => a - b),
  );

  await bed.runtime.start(requestFor('p1', 'web-00001-second', { arguments: ['1'] }), signal);
  await until('the second has ended', () => bed.ends.length === 2);
  assert.deepEqual(readdirSync(`${bed.config.stateDir}/logs/p1/web`), ['web-00001-second']);
});
