/** Which hosts of which apps the engine was told last, by this process: a domain is ready when its app was told of it. */
export class RoutedHosts {
  readonly #hosts = new Map<string, readonly string[]>();

  set(projectId: string, appName: string, hosts: readonly string[]): void {
    this.#hosts.set(`${projectId}/${appName}`, hosts);
  }

  delete(projectId: string, appName: string): void {
    this.#hosts.delete(`${projectId}/${appName}`);
  }

  has(projectId: string, appName: string, host: string): boolean {
    return this.#hosts.get(`${projectId}/${appName}`)?.includes(host) ?? false;
  }
}
