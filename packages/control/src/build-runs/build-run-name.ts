/** Names of build runs nobody named: `<build>-run-YYMMDD-hhmmssfff`, in UTC. */
import { NAME_RULES } from '@slipway/spec';

const STAND_ALONE = 'build';

export function buildRunNameFor(buildName: string, now: Date): string {
  // 2026-01-31T12:34:56.789Z → 260131, 123456789
  const digits = now.toISOString().replaceAll(/\D/g, '');
  const ending = `-run-${digits.slice(2, 8)}-${digits.slice(8, 17)}`;
  const room = NAME_RULES.build_run.lengthMax - ending.length;
  const start = (buildName === '' ? STAND_ALONE : buildName).slice(0, room).replace(/-+$/, '');
  return `${start}${ending}`;
}
