/** The room of a build on its platform: waited for no longer than the build itself may take, and given back at its end. */
import type { BuildWorkload } from '@slipway/engine';
import { BuildRefusal } from './build-refusal.ts';
import type { HostBuilderOptions } from './host-builder-options.ts';

interface RoomTools {
  readonly reserveRoom: HostBuilderOptions['reserveRoom'];
  readonly log: { write(text: string): void };
  readonly signal: AbortSignal;
}

export async function takeRoom(build: BuildWorkload, { log, reserveRoom, signal }: RoomTools): Promise<Disposable> {
  const deadline = AbortSignal.timeout(build.timeoutMs);
  let lastWhy = 'no capacity';
  const onWait = (why: string): void => {
    lastWhy = why;
    log.write(`The build waits: ${why}`);
  };
  try {
    const giveBack = await reserveRoom(build, { signal: AbortSignal.any([signal, deadline]), onWait });
    return { [Symbol.dispose]: giveBack };
  } catch (error) {
    if (!deadline.aborted || signal.aborted) throw error;
    const message = `Cannot build "${build.buildRunName}": ${lastWhy}. Stop something, or take a smaller build size`;
    throw new BuildRefusal('timeout', message, { cause: error });
  }
}
