/** Fills a platform with sleeping apps through its API, so that figures hold for a full machine and not for an empty one. */
import { waitUntil } from '../test/wait-until.ts';
import type { TestPlatform } from '../test/platform.ts';
import { clientOf, projectIdOf } from './platform-client.ts';

/** Every app is started once to show that it runs; more at a time would be awake than the platform has slots. */
const AT_ONCE = 6;
/** Apps of other figures of the same run that may be there. */
const BESIDE_MAX = 20;
const READY_DEADLINE_MS = 60_000;

/** Makes `sleeping-0 … sleeping-(count-1)` from the image of an app that exists; those that exist stay. */
export async function registerApps(
  platform: TestPlatform,
  { like, count }: { readonly like: string; readonly count: number },
): Promise<void> {
  if (count === 0) return;
  const client = await clientOf(platform.config);
  const project_id = await projectIdOf(client);
  const { image_reference } = await client.getApp({ params: { project_id, name: like } });
  // Twice as many revisions, because an update of one needs another.
  const body = { apps: count + BESIDE_MAX, revisions: (count + BESIDE_MAX) * 2 };
  await client.updateProjectQuotas({ params: { project_id }, body });
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < count; index = next++) {
      const name = `sleeping-${index}`;
      const body = { name, image_reference, image_port: 8080, scale_cpu_limit: '0.125', scale_memory_limit: '250M' };
      await client.createApp({ params: { project_id }, body });
      const isReady = async () => (await client.getApp({ params: { project_id, name } })).status === 'ready';
      await waitUntil(`${name} is ready`, isReady, { timeoutMs: READY_DEADLINE_MS });
    }
  }
  const isThere = await client.getApp({ params: { project_id, name: `sleeping-${count - 1}` } }).then(
    () => true,
    () => false,
  );
  if (!isThere) await Promise.all(Array.from({ length: AT_ONCE }, work));
}
