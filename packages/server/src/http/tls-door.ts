/**
 * The API's port speaks HTTPS to the network and plain HTTP to this machine alone: which of them a client speaks, its first
 * byte says. A plain request from elsewhere is refused unread, so that no credential is asked for in the clear.
 */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Refusal } from '@slipway/spec';
import { problemFor } from './problem.ts';
import { newTrace } from './refuse-connection.ts';

export interface TlsPair {
  readonly chainPem: string;
  readonly keyPem: string;
}

export interface TlsDoor {
  /** The server that listens. */
  open(handler: RequestListener, options: ServerOptions): Server;
  /** From the next connection on. */
  setCertificate(pair: TlsPair): void;
  /** Cuts what is open over HTTPS. */
  close(): void;
}

/** First byte of a TLS connection. Source: RFC 8446 section 5.1, content type handshake. */
const TLS_HANDSHAKE = 0x16;
const FIRST_BYTE_MS_MAX = 10_000;
const HANDSHAKE_MS_MAX = 10_000;

export function createTlsDoor(pair: TlsPair, onClientError: (error: Error, socket: Duplex) => void): TlsDoor {
  const secret = ({ chainPem, keyPem }: TlsPair) => ({ cert: chainPem, key: keyPem, minVersion: 'TLSv1.2' as const });
  let secure: TlsServer | undefined;
  return {
    open(handler, options) {
      const plain = createServer(options, handler);
      secure = createTlsServer({ ...options, ...secret(pair), handshakeTimeout: HANDSHAKE_MS_MAX }, handler);
      secure.on('clientError', onClientError);
      secure.on('tlsClientError', (_error, socket) => socket.destroy());
      admitByFirstByte(plain, secure);
      return plain;
    },
    setCertificate: (next) => secure?.setSecureContext(secret(next)),
    close: () => secure?.closeAllConnections(),
  };
}

function admitByFirstByte(plain: Server, secure: TlsServer): void {
  const [servePlain] = plain.listeners('connection');
  plain.removeAllListeners('connection');
  plain.on('connection', (socket: Socket) => {
    const cut = (): void => void socket.destroy();
    const timer = setTimeout(cut, FIRST_BYTE_MS_MAX);
    socket.on('error', cut);
    socket.once('close', () => clearTimeout(timer));
    socket.once('readable', () => {
      clearTimeout(timer);
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.off('error', cut);
      socket.unshift(first);
      if (first[0] === TLS_HANDSHAKE) secure.emit('connection', socket);
      else if (isOfThisMachine(socket)) servePlain?.call(plain, socket);
      else refusePlain(socket);
    });
  });
}

/** Also who uses another address of this machine than loopback. */
export function isOfThisMachine({
  localAddress,
  remoteAddress = '',
}: Pick<Socket, 'localAddress' | 'remoteAddress'>): boolean {
  const address = remoteAddress.replace(/^::ffff:/, '');
  return address.startsWith('127.') || address === '::1' || (address !== '' && remoteAddress === localAddress);
}

function refusePlain(socket: Socket): void {
  const { body, status } = problemFor(new Refusal('https_required', {}), newTrace());
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status} Upgrade Required\r\ncontent-type: application/json; charset=utf-8\r\nupgrade: TLS/1.2, HTTP/1.1\r\n`;
  socket.on('error', () => socket.destroy());
  // Taken and thrown away: unread bytes would reset the connection before the answer arrives.
  socket.resume();
  socket.end(`${head}content-length: ${Buffer.byteLength(text)}\r\nconnection: Upgrade, close\r\n\r\n${text}`);
}
