/**
 * The way of instances to the API: the runtime that opens their doors is made before the server that serves them. A
 * connection that comes in between is closed; nothing runs yet that could make one and depend on it.
 */
import type { Socket } from 'node:net';
import type { PlatformConfig } from '@slipway/setup';

type TakeConnection = (socket: Socket) => void;

export interface LateApi {
  /** Absent where no doors are needed: who listens on every address listens on the gateways of projects, too. */
  readonly onApiConnection: TakeConnection | undefined;
  readonly setApi: (take: TakeConnection) => void;
}

const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];

export function createLateApi({ api }: Pick<PlatformConfig, 'api'>): LateApi {
  let take: TakeConnection = (socket) => void socket.destroy();
  return {
    onApiConnection: EVERY_ADDRESS.includes(api.address) ? undefined : (socket) => take(socket),
    setApi: (next) => void (take = next),
  };
}
