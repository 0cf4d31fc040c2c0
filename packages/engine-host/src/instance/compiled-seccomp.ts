/**
 * The seccomp profile as the kernel's own program, compiled once per daemon. crun compiles the profile anew for every
 * container, which takes 24 of its 38 ms; it also takes a compiled program by annotation. We let crun itself compile,
 * by creating (never starting) one container, and take the program it leaves in its state folder.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import type { OciSeccomp } from './seccomp-profile.ts';

const PROBE_TIMEOUT_MS = 10_000;
/** One instruction of classic BPF. */
const INSTRUCTION_BYTES = 8;

export interface SeccompCompiler {
  readonly runtimePath: string;
  readonly runtimeRoot: string;
  readonly workDir: string;
}

/** Base64 of the program; undefined when this crun leaves none, and then every container compiles its own. */
export async function compileSeccomp(profile: OciSeccomp, compiler: SeccompCompiler): Promise<string | undefined> {
  const key = 'seccomp-probe';
  const bundleDir = join(compiler.workDir, key);
  const crun = [compiler.runtimePath, `--root=${compiler.runtimeRoot}`, '--cgroup-manager=disabled'] as const;
  rmSync(bundleDir, { recursive: true, force: true });
  // crun insists on these folders, though nothing is mounted on them.
  for (const dir of ['dev', 'proc']) mkdirSync(join(bundleDir, 'rootfs', dir), { recursive: true, mode: 0o755 });
  writeFileSync(join(bundleDir, 'rootfs', 'never'), '');
  chmodSync(join(bundleDir, 'rootfs', 'never'), 0o755);
  writeFileSync(
    join(bundleDir, 'config.json'),
    JSON.stringify({
      ociVersion: '1.0.2',
      process: { args: ['/never'], cwd: '/', env: [], user: { uid: 0, gid: 0 }, noNewPrivileges: true },
      root: { path: 'rootfs', readonly: true },
      mounts: [],
      linux: { namespaces: [{ type: 'mount' }, { type: 'pid' }], seccomp: profile },
    }),
  );
  try {
    const [program, ...rest] = [...crun, 'create', '--no-new-keyring', `--bundle=${bundleDir}`, key];
    // Output to nowhere: the waiting container would hold a pipe open.
    const child = spawn(program, rest, { stdio: 'ignore', timeout: PROBE_TIMEOUT_MS });
    await once(child, 'close');
    const path = join(compiler.runtimeRoot, key, 'seccomp.bpf');
    const program64 = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const usable = program64.length > 0 && program64.length % INSTRUCTION_BYTES === 0;
    return usable ? program64.toString('base64') : undefined;
  } finally {
    await runProcess([...crun, 'delete', '--force', key], { allowExitCodes: [0, 1] });
    rmSync(bundleDir, { recursive: true, force: true });
  }
}
