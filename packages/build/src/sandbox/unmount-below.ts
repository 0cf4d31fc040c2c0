/** Takes away mounts that a killed build left below a folder, deepest first, so that removing the folder removes nothing else. */
import { readFile } from 'node:fs/promises';
import { runProcess } from '@slipway/process';

export async function unmountBelow(folder: string): Promise<void> {
  const points = mountPointsBelow(await readFile('/proc/self/mountinfo', 'utf8'), folder);
  for (const point of points) await runProcess(['umount', '--lazy', point]);
}

/** Mount points in the folder, deepest first. Spaces and the like are escaped as octal in mountinfo(5). */
export function mountPointsBelow(mountinfo: string, folder: string): readonly string[] {
  return mountinfo
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map((point) =>
      point.replaceAll(/\\(\d{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .toReversed();
}
