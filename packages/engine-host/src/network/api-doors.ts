/**
 * Doors from projects to the API of the platform: a listener on the gateway of each project, which hands connections
 * over as they come. An instance reaches the gateway of its own project alone, so nothing of another project comes in
 * here, and the other end's address is the instance's own. A door holds a bounded number of connections: no project
 * takes the API from others by opening more.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { HostEngineConfig } from '../host-engine-config.ts';
import type { HostLog } from '../host-log.ts';

/** Of one project at the same moment. An instance asks, is answered and goes on; streams are few. */
const CONNECTIONS_MAX = 32;

export type OnApiConnection = (socket: Socket) => void;

interface ApiDoorsParts {
  readonly port: number;
  readonly onConnection: OnApiConnection;
  readonly log: HostLog;
}

/** None where nobody takes their connections. */
export function apiDoorsFor({ config, log, onApiConnection: onConnection }: DoorChoice): ApiDoors | undefined {
  const { instanceApi } = config;
  return instanceApi && onConnection && new ApiDoors({ port: instanceApi.port, onConnection, log });
}

interface DoorChoice {
  readonly config: Pick<HostEngineConfig, 'instanceApi'>;
  readonly log: HostLog;
  readonly onApiConnection?: OnApiConnection | undefined;
}

export class ApiDoors {
  readonly #parts: ApiDoorsParts;
  readonly #doors = new Map<string, Server>();

  constructor(parts: ApiDoorsParts) {
    this.#parts = parts;
  }

  /** Idempotent. A door that cannot be opened costs its project the API and nothing else; the next call tries again. */
  async open(gateway: string): Promise<void> {
    if (this.#doors.has(gateway)) return;
    const { port, onConnection, log } = this.#parts;
    const door = createServer(onConnection);
    door.maxConnections = CONNECTIONS_MAX;
    this.#doors.set(gateway, door);
    try {
      door.listen({ host: gateway, port });
      await once(door, 'listening');
      door.on('error', (error) => log.warn('A door to the API has a fault', { gateway, error }));
    } catch (error) {
      this.#doors.delete(gateway);
      log.error('Instances of a project cannot reach the API: its door cannot be opened', { gateway, port, error });
    }
  }

  close(gateway: string): void {
    this.#doors.get(gateway)?.close();
    this.#doors.delete(gateway);
  }

  closeAll(): void {
    for (const gateway of this.#doors.keys()) this.close(gateway);
  }
}
