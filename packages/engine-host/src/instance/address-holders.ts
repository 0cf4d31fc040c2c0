/**
 * Who holds which address, on its way from those who start and end instances to whoever was set to hear of it. Until
 * somebody is, nobody hears. The end of an instance does not wait for a listener that fails.
 */
import type { AppKey } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { AddressWatch } from './instance-runtime.ts';

export class AddressHolders implements AddressWatch {
  readonly #log: HostLog;
  #watch: AddressWatch | undefined;

  constructor(log: HostLog) {
    this.#log = log;
  }

  tell(watch: AddressWatch): void {
    this.#watch = watch;
  }

  async given(holder: AppKey, address: string): Promise<void> {
    await this.#watch?.given(holder, address);
  }

  async returned(address: string): Promise<void> {
    await this.#watch?.returned(address).catch((error: unknown) => {
      this.#log.error('An address that is free again keeps the name of its app', { address, error });
    });
  }
}
