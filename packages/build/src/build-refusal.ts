/** Why a build ends without an image, thrown inside this package only; `createHostBuilder` turns it into an outcome. */
import type { BuildFault } from '@slipway/engine';

export class BuildRefusal extends Error {
  override readonly name = 'BuildRefusal';
  readonly fault: BuildFault;

  constructor(fault: BuildFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
