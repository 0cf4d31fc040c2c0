/**
 * Finds the processes of one platform without asking its daemon, which may be dead: instances by their cgroup, helpers
 * (HAProxy, registry, DNS, conmon) by the platform's folders in their arguments, and whatever else lives in the
 * platform's mount namespace.
 */
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { mountNamespacePath } from './mount-namespace.ts';
import type { PlatformConfig } from './platform-config.ts';

export interface PlatformProcess {
  readonly pid: number;
  readonly program: string;
  readonly command: string;
  readonly isInstance: boolean;
}

const STOP_POLL_MS = 50;

export async function findPlatformProcesses(config: PlatformConfig): Promise<readonly PlatformProcess[]> {
  const namespace = await namespaceInode(mountNamespacePath(config.runDir));
  const entries = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  const found: PlatformProcess[] = [];
  for (const entry of entries) {
    const facts = await readProcess(entry);
    const kind = facts && processKind(config, facts, namespace);
    if (facts && kind) {
      found.push({
        pid: Number(entry),
        program: facts.program,
        command: facts.command,
        isInstance: kind === 'instance',
      });
    }
  }
  return found;
}

interface ProcessFacts {
  readonly program: string;
  readonly command: string;
  readonly cgroups: string;
  readonly mountNamespace: string;
}

async function readProcess(pid: string): Promise<ProcessFacts | undefined> {
  try {
    const [program, command, cgroups, mountNamespace] = await Promise.all([
      readFile(`/proc/${pid}/comm`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile(`/proc/${pid}/cgroup`, 'utf8'),
      readlink(`/proc/${pid}/ns/mnt`),
    ]);
    return { program: program.trim(), command: command.replaceAll('\0', ' ').trim(), cgroups, mountNamespace };
  } catch {
    // It ended while it was read, or is not ours to see.
    return undefined;
  }
}

/** Pure: what a process is to the platform, or undefined when it is none of its. */
export function processKind(
  config: Pick<PlatformConfig, 'platformId' | 'runDir' | 'stateDir'>,
  facts: ProcessFacts,
  namespace: string | undefined,
): 'instance' | 'helper' | undefined {
  // The boundary after the id keeps "p1" from matching "p10".
  if (new RegExp(`/slipway[-_]${config.platformId}(?![a-z0-9])`).test(facts.cgroups)) return 'instance';
  if (namespace !== undefined && facts.mountNamespace === namespace) return 'helper';
  const helpers = /^(haproxy|docker-registry|docker-registr|dnsmasq|conmon|crun|buildah|skopeo|daemon)$/;
  if (!helpers.test(facts.program)) return undefined;
  const folders = [`${config.runDir}/`, `${config.stateDir}/`];
  return folders.some((folder) => facts.command.includes(folder)) ? 'helper' : undefined;
}

async function namespaceInode(path: string): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  return info && info.ino !== 0 ? `mnt:[${info.ino}]` : undefined;
}

/** A created sandbox: the first process of a container without a program of its own, which SIGTERM does not end. */
function isSandbox({ isInstance, program }: PlatformProcess): boolean {
  return isInstance && program.startsWith('crun');
}

/** SIGTERM, then SIGKILL to those that remain after the grace. Returns how many it ended. */
export async function stopProcesses(find: () => Promise<readonly PlatformProcess[]>, graceMs: number): Promise<number> {
  const first = await find();
  for (const found of first) signal(found.pid, isSandbox(found) ? 'SIGKILL' : 'SIGTERM');
  const deadline = Date.now() + graceMs;
  let killed = false;
  for (;;) {
    const left = await find();
    if (left.length === 0) return first.length;
    if (Date.now() > deadline) {
      for (const { pid } of left) signal(pid, 'SIGKILL');
      if (killed && Date.now() > deadline + graceMs) return first.length;
      killed = true;
    }
    await delay(STOP_POLL_MS);
  }
}

/** Waits for what was told to end already; what remains after the grace is left alone. */
export async function untilEnded(find: () => Promise<readonly PlatformProcess[]>, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && (await find()).length > 0) await delay(STOP_POLL_MS);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already, which is what was wanted.
  }
}
