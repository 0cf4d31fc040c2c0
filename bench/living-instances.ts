/** The instances of a platform that run now, as its run folder tells them: asking costs the measured machine nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../test/wait-until.ts';
import type { WrittenConfig } from '../test/platform.ts';

const ASLEEP_DEADLINE_MS = 120_000;
/** After the last instance its ground is given back and made anew, which must not fall into a measurement. */
const CALM_MS = 250;

export interface LivingInstance {
  readonly pid: number;
  readonly bundleDir: string;
  readonly address: string;
}

export async function livingInstances({ runDir }: WrittenConfig): Promise<readonly LivingInstance[]> {
  const folder = join(runDir, 'i');
  const found = await Promise.all(
    (await readdir(folder)).map(async (key) => {
      const bundleDir = join(folder, key);
      const pid = Number(await readFile(join(bundleDir, 'container.pid'), 'utf8').catch(() => ''));
      const record = await readFile(join(bundleDir, 'record.json'), 'utf8').catch(() => '{}');
      const { instance } = JSON.parse(record) as { readonly instance?: { readonly address: string } };
      return { pid, bundleDir, address: instance?.address ?? '' };
    }),
  );
  return found.filter(({ pid }) => pid > 0);
}

export async function waitAsleep(config: WrittenConfig): Promise<void> {
  const isAsleep = async () => (await readdir(join(config.runDir, 'i'))).length === 0;
  await waitUntil('every app sleeps', isAsleep, { timeoutMs: ASLEEP_DEADLINE_MS });
  await delay(CALM_MS);
}

/** All apps sleep but one, which has an instance for ever. */
export async function waitOneAwake(config: WrittenConfig): Promise<void> {
  const isAlone = async () => (await livingInstances(config)).length === 1;
  await waitUntil('every other app sleeps', isAlone, { timeoutMs: ASLEEP_DEADLINE_MS });
  await delay(CALM_MS);
}
