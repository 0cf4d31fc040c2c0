/** How an instance ended, written down beside its log; then all it held is given back. */
import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostEngineConfig } from '../host-engine-config.ts';
import { keepRotatedLog, pruneEndedLogs, writeLogEnd } from '../logs/log-folder.ts';
import { exitTimeMs, readExitCode } from './exit-file.ts';
import type { InstanceRecord } from './instance-record.ts';
import { releaseInstance, type ReleaseParts } from './instance-release.ts';
import type { InstanceEnd } from './instance-runtime.ts';

export const EXIT_CODE_SIGKILL = 137;

export interface EndingParts extends ReleaseParts {
  readonly config: Pick<HostEngineConfig, 'instanceLog'>;
}

export interface KnownEnd {
  readonly exitCode?: number | undefined;
  /** Why we ended it; wins over what the exit code suggests. */
  readonly killMessage?: string | undefined;
}

/** Without an exit code, nobody was there to see it. */
export async function concludeInstance(
  parts: EndingParts,
  record: InstanceRecord,
  known: KnownEnd,
): Promise<InstanceEnd> {
  const { instance, key } = record;
  const { layout, cgroups } = parts;
  const { instanceLog } = parts.config;
  const { exitPath } = layout.instance(key);
  const exitCode = known.exitCode ?? readExitCode(exitPath) ?? EXIT_CODE_SIGKILL;
  const oomKilled = exitCode === EXIT_CODE_SIGKILL && cgroups.oomKills(key) > 0;
  const killed = exitCode === EXIT_CODE_SIGKILL || known.killMessage !== undefined;
  const { appName, projectId } = instance;
  const end: InstanceEnd = {
    projectId,
    appName,
    instanceName: instance.instanceName,
    exitCode,
    reason: oomKilled ? 'oom_killed' : killed ? 'killed' : 'exited',
    completedAt: new Date(exitTimeMs(exitPath)).toISOString(),
    ...(known.killMessage !== undefined && { message: known.killMessage }),
  };
  const logDir = layout.instanceLogDir(instance);
  if (record.standsBy?.tier === 'created') {
    // A program that never began has said nothing.
    rmSync(logDir, { recursive: true, force: true });
  } else {
    if (existsSync(logDir)) keepRotatedLog(logDir, instanceLog.filesPerInstanceMax);
    writeLogEnd(logDir, end);
  }
  await releaseInstance({ layout, cgroups }, key);
  pruneEndedLogs(dirname(logDir), instanceLog.instancesPerAppMax);
  return end;
}
