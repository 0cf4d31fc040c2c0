/**
 * Who holds which address, on its way from those who start and end instances to the firewall and to whoever was set to
 * hear of it. The end of an instance does not wait for a listener that fails.
 */
import type { AppKey } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { BridgeGuard } from '../network/bridge-guard.ts';
import type { AddressWatch } from './instance-runtime.ts';

export class AddressHolders implements AddressWatch {
  readonly #guard: Pick<BridgeGuard, 'hold' | 'release'>;
  readonly #log: HostLog;
  #watch: AddressWatch | undefined;

  constructor(guard: Pick<BridgeGuard, 'hold' | 'release'>, log: HostLog) {
    this.#guard = guard;
    this.#log = log;
  }

  tell(watch: AddressWatch): void {
    this.#watch = watch;
  }

  async given(holder: AppKey, address: string): Promise<void> {
    await Promise.all([this.#guard.hold({ ...keyOf(holder), address }), this.#watch?.given(holder, address)]);
  }

  async returned(address: string): Promise<void> {
    const steps = [this.#guard.release(address), this.#watch?.returned(address) ?? Promise.resolve()];
    for (const step of await Promise.allSettled(steps)) {
      if (step.status === 'fulfilled') continue;
      this.#log.error('An address that is free again keeps the name of its app', { address, error: step.reason });
    }
  }
}

function keyOf({ appName, projectId }: AppKey): AppKey {
  return { appName, projectId };
}
