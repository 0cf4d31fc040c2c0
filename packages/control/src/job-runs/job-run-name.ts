/** Names of job runs nobody named: `<job>-jobrun-<five letters or digits>`. */
import { NAME_RULES } from '@slipway/spec';

const SUFFIX_LENGTH = 5;

export function jobRunNameFor(jobName: string, randomText: (length: number) => string): string {
  const ending = `jobrun-${randomText(SUFFIX_LENGTH)}`;
  if (jobName === '') return ending;
  const room = NAME_RULES.job_run.lengthMax - ending.length - 1;
  return `${jobName.slice(0, room).replace(/-+$/, '')}-${ending}`;
}
