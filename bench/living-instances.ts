/** The instances of a platform that run, or stand by, as its run folder tells them: asking costs the measured machine nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../test/wait-until.ts';
import type { WrittenConfig } from '../test/platform.ts';

const ASLEEP_DEADLINE_MS = 120_000;
/**
 * After the last instance its ground is given back and made anew, which must not fall into a measurement. Records follow a
 * wake by up to 200 ms, so what they say counts once it has held for longer.
 */
const CALM_MS = 400;
/** Apps that were made in numbers are given their sandboxes one after the other, long after the last of them is ready. */
const SETTLED_MS = 5_000;

/** What is compared to an app that has slept begins as cold: after the same rest of the machine. */
export async function rest(): Promise<void> {
  await delay(CALM_MS);
}

export interface LivingInstance {
  readonly pid: number;
  readonly bundleDir: string;
  readonly address: string;
}

interface WrittenRecord {
  readonly instance?: { readonly appName: string; readonly address: string };
  readonly standsBy?: { readonly tier: 'created' | 'frozen' };
}

interface FoundInstance extends LivingInstance {
  readonly appName: string;
  readonly tier: 'created' | 'frozen' | undefined;
}

async function foundInstances({ runDir }: WrittenConfig): Promise<readonly FoundInstance[]> {
  const folder = join(runDir, 'i');
  const found = await Promise.all(
    (await readdir(folder)).map(async (key) => {
      const bundleDir = join(folder, key);
      const pid = Number(await readFile(join(bundleDir, 'container.pid'), 'utf8').catch(() => ''));
      const record = await readFile(join(bundleDir, 'record.json'), 'utf8').catch(() => '{}');
      const { instance, standsBy } = JSON.parse(record) as WrittenRecord;
      const { appName = '', address = '' } = instance ?? {};
      return { pid, bundleDir, address, appName, tier: standsBy?.tier };
    }),
  );
  return found;
}

/** Those that run. */
export async function livingInstances(config: WrittenConfig): Promise<readonly LivingInstance[]> {
  return (await foundInstances(config)).filter(({ pid, tier }) => pid > 0 && tier === undefined);
}

/** The one of an app that was just asked. */
export async function waitAwake(config: WrittenConfig, appName: string): Promise<LivingInstance> {
  return waitUntil(`"${appName}" has an instance`, async () => {
    const own = (await foundInstances(config)).filter((one) => one.appName === appName);
    return own.find(({ pid, tier }) => pid > 0 && tier === undefined);
  });
}

export async function waitAsleep(config: WrittenConfig): Promise<void> {
  const isAsleep = async () => (await foundInstances(config)).every(({ tier }) => tier !== undefined);
  await waitUntil('every app sleeps', isAsleep, { timeoutMs: ASLEEP_DEADLINE_MS });
  await delay(CALM_MS);
}

/** The app sleeps, and this and nothing else of it stands by. */
export async function waitStandingBy(
  config: WrittenConfig,
  appName: string,
  tier: 'created' | 'frozen',
): Promise<LivingInstance> {
  const standsBy = async () => {
    const own = (await foundInstances(config)).filter((one) => one.appName === appName);
    return own.length === 1 && own[0]?.tier === tier ? own[0] : undefined;
  };
  const staysBy = async () => {
    if (!(await standsBy())) return undefined;
    await delay(CALM_MS);
    return standsBy();
  };
  return waitUntil(`"${appName}" stands by ${tier}`, staysBy, { timeoutMs: ASLEEP_DEADLINE_MS });
}

/** Every app sleeps, and a sandbox stands by for so many of those that are meant; others may have one, too. */
export async function waitAllCreated(
  config: WrittenConfig,
  { count, isMeant }: { readonly count: number; readonly isMeant: (appName: string) => boolean },
): Promise<void> {
  const areThere = async () => {
    const found = await foundInstances(config);
    const areAsleep = found.every(({ tier }) => tier === 'created');
    return areAsleep && found.filter(({ appName }) => isMeant(appName)).length === count;
  };
  await waitUntil(`${count} sandboxes stand by`, areThere, { timeoutMs: ASLEEP_DEADLINE_MS });
  await delay(CALM_MS);
}

/** All apps sleep but one, which has an instance for ever, and what stands by for the others is there. */
export async function waitOneAwake(config: WrittenConfig): Promise<void> {
  const isAlone = async () => (await livingInstances(config)).length === 1;
  await waitUntil('every other app sleeps', isAlone, { timeoutMs: ASLEEP_DEADLINE_MS });
  let [seen, since] = ['', performance.now()];
  const isSettled = async () => {
    const now = (await readdir(join(config.runDir, 'i'))).toSorted().join(' ');
    if (now !== seen) [seen, since] = [now, performance.now()];
    return performance.now() - since > SETTLED_MS;
  };
  await waitUntil('no sandbox comes or goes', isSettled, { timeoutMs: ASLEEP_DEADLINE_MS });
}
