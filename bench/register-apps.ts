/** Fills a platform with sleeping apps, so that figures hold for a full machine and not for an empty one. */
import type { TestPlatform } from '../test/platform.ts';

const AT_ONCE = 4;

/** Makes `sleeping-0 … sleeping-(count-1)` from the image of an app that exists; those that exist stay. */
export async function registerApps(
  platform: TestPlatform,
  { like, count }: { readonly like: string; readonly count: number },
): Promise<void> {
  const { stdout } = await platform.must(['app', 'get', '--name', like, '--output', 'json']);
  const { image_reference: image } = JSON.parse(stdout) as { image_reference: string };
  const listed = await platform.must(['app', 'list', '--output', 'json']);
  const names = Array.from({ length: count }, (_one, index) => `sleeping-${index}`);
  const missing = names.filter((name) => !listed.stdout.includes(`"${name}"`));
  async function work(): Promise<void> {
    for (let name = missing.shift(); name !== undefined; name = missing.shift()) {
      await platform.must(['app', 'create', '--name', name, '--image', image, '--min-scale', '0', '--no-wait']);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
