/** Checks of the programs the platform drives: present, new enough, and for crun that a container really runs. */
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { findProgram, installLine, SYSTEM_PARTS } from '../system-packages.ts';
import { failed, ok, warning, type Check, type CheckFinding } from './check.ts';
import { isAtLeast, problem } from './machine-checks.ts';

/** Texts of variables (`set-var-fmt`) came to HAProxy with 2.5, its options of memory with 2.6. */
const HAPROXY_MIN = [2, 6] as const;

export function programChecks(): readonly Check[] {
  const special = new Set(['haproxy', 'crun', 'buildah']);
  const plain = SYSTEM_PARTS.filter((part) => !special.has(part.package));
  return [
    { id: 'haproxy', title: 'HAProxy', run: tryHaproxy },
    { id: 'crun', title: 'crun', run: tryCrun },
    { id: 'buildah', title: 'buildah', run: tryBuildah },
    ...plain.map((part) => ({
      id: part.package.replaceAll('-', '_'),
      title: part.package,
      run: async () => {
        const missing = part.programs.filter((program) => findProgram(program) === undefined);
        if (missing.length === 0) return ok(part.purpose);
        return failed(`"${missing.join('", "')}" is missing (it ${part.purpose})`, installLine([part.package]));
      },
    })),
  ];
}

async function tryHaproxy(): Promise<CheckFinding> {
  const path = findProgram('haproxy');
  if (!path) return failed('"haproxy" is missing (it routes requests to apps)', installLine(['haproxy']));
  const { stdout } = await runProcess([path, '-v']);
  return haproxyFinding(stdout);
}

export function haproxyFinding(output: string): CheckFinding {
  const version = /version (\d+\.\d+\S*)/.exec(output)?.[1];
  if (version === undefined) return warning('its version cannot be read');
  if (isAtLeast(version, HAPROXY_MIN)) return ok(version);
  return failed(
    `${version} is too old`,
    `Install HAProxy ${HAPROXY_MIN.join('.')} or newer (Debian 12 and Ubuntu 24.04 have one)`,
  );
}

async function tryBuildah(): Promise<CheckFinding> {
  const path = findProgram('buildah');
  if (!path) return failed('"buildah" is missing (it builds images)', installLine(['buildah']));
  const { stdout } = await runProcess([path, '--version']);
  return ok(/version (\S+)/.exec(stdout)?.[1] ?? 'present');
}

async function tryCrun(): Promise<CheckFinding> {
  const path = findProgram('crun');
  if (!path) return failed('"crun" is missing (it runs containers)', installLine(['crun']));
  const { stdout } = await runProcess([path, '--version']);
  const version = /version (\S+)/.exec(stdout)?.[1] ?? 'present';
  if (process.getuid?.() !== 0) return warning(`${version}, not tried`, 'Run it with sudo to try a container');
  try {
    await using place = await privateMounts();
    await runContainer(place.enter, path);
    return ok(`${version}, ran a container`);
  } catch (error) {
    return problem(error, 'In a container: run it privileged. Otherwise look at: dmesg | tail');
  }
}

/** A short-lived mount namespace without the hybrid cgroup mount, as the platform's daemon has one. */
async function privateMounts(): Promise<AsyncDisposable & { readonly enter: readonly [string, ...string[]] }> {
  const holder = spawn('unshare', ['--mount', '--propagation=private', '--', 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  holder.stdin.write('ready\n');
  await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
  const enter = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'] as const;
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  if (mounts.includes(' /sys/fs/cgroup/unified ')) await runProcess([...enter, 'umount', '/sys/fs/cgroup/unified']);
  return {
    enter,
    async [Symbol.asyncDispose]() {
      const ended = holder.exitCode === null ? once(holder, 'exit') : undefined;
      holder.stdin.end();
      await ended;
    },
  };
}

/** Runs `true` of the host in a container whose root is the host's own, read-only. */
async function runContainer(enter: readonly [string, ...string[]], crun: string): Promise<void> {
  const bundle = await mkdtemp(join(tmpdir(), 'slipway-doctor-'));
  try {
    const root = join(bundle, 'root');
    await mkdir(join(bundle, 'state'));
    await mkdir(root);
    await runProcess([...enter, 'mount', '--bind', '/', root]);
    const config = {
      ociVersion: '1.0.2',
      process: { user: { uid: 0, gid: 0 }, args: ['/bin/true'], cwd: '/', env: ['PATH=/bin'], noNewPrivileges: true },
      root: { path: root, readonly: true },
      mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
      linux: { namespaces: ['pid', 'mount', 'ipc', 'uts', 'network'].map((type) => ({ type })) },
    };
    await writeFile(join(bundle, 'config.json'), JSON.stringify(config));
    const id = `slipway-doctor-${process.pid}`;
    await runProcess([...enter, crun, '--root', join(bundle, 'state'), 'run', '--bundle', bundle, id]);
  } finally {
    await rm(bundle, { recursive: true, force: true });
  }
}
