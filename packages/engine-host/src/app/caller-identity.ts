/**
 * Tells HAProxy which app calls from which address, as `<app>.<subdomain>`: before anything of the app's runs there, and
 * no longer than it holds the address. Whose project is unknown has no name, and no app takes it for another one.
 */
import type { AppKey, ProjectWorkload } from '@slipway/engine';
import type { AddressWatch, Instance } from '../instance/instance-runtime.ts';
import type { Edge } from '../proxy/edge.ts';

export class CallerIdentity implements AddressWatch {
  readonly #edge: Pick<Edge, 'clearCaller' | 'setCaller'>;
  readonly #subdomains = new Map<string, string>();

  constructor(edge: Pick<Edge, 'clearCaller' | 'setCaller'>) {
    this.#edge = edge;
  }

  declareProject({ projectId, subdomain }: Pick<ProjectWorkload, 'projectId' | 'subdomain'>): void {
    this.#subdomains.set(projectId, subdomain);
  }

  /** The caller has removed all instances of the project. */
  forgetProject(projectId: string): void {
    this.#subdomains.delete(projectId);
  }

  /** What was found on the machine. */
  async adopt(instances: readonly Pick<Instance, 'address' | 'appName' | 'projectId'>[]): Promise<void> {
    const holders = instances.filter(({ address }) => address !== '');
    await Promise.all(holders.map((holder) => this.given(holder, holder.address)));
  }

  /** Undefined while its project is. */
  nameOf({ appName, projectId }: AppKey): string | undefined {
    const subdomain = this.#subdomains.get(projectId);
    return subdomain === undefined ? undefined : `${appName}.${subdomain}`;
  }

  async given(holder: AppKey, address: string): Promise<void> {
    const name = this.nameOf(holder);
    if (name !== undefined) await this.#edge.setCaller(address, name);
  }

  async returned(address: string): Promise<void> {
    await this.#edge.clearCaller(address);
  }
}
