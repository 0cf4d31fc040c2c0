/** A mount as it is kept: the name that clients of the public API give it means nothing. Pure. */
import type { App, AppPrototype } from '@slipway/spec';

type GivenMount = NonNullable<AppPrototype['run_volume_mounts']>[number];

export function completeMount({ name: _name, ...mount }: GivenMount): App['run_volume_mounts'][number] {
  return mount;
}
