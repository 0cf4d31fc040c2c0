/** Frames made byte by byte, to be sent from a network namespace by whoever has root there, and heard in others. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runProcess } from '@slipway/process';

const PYTHON = '/usr/bin/python3';
const SCRIPT = join(import.meta.dirname, 'raw-frames.py');
const UDP_PORT = 5000;

export const RAW_FRAMES_PROBLEM = existsSync(PYTHON) ? false : `${PYTHON} is not there`;

export const ETHER_TYPES = {
  ipv4: 0x0800,
  arp: 0x0806,
  rarp: 0x8035,
  vlan: 0x8100,
  ipv6: 0x86dd,
  mpls: 0x8847,
  pppoe: 0x8864,
  serviceVlan: 0x88a8,
} as const;

export interface Card {
  readonly hardware: string;
  readonly address: string;
}

const macBytes = (text: string) => Buffer.from(text.replaceAll(':', ''), 'hex');
const ipBytes = (text: string) => Buffer.from(text.split('.').map(Number));
const word = (value: number) => Buffer.from([value >> 8, value & 255]);

/** Source: IEEE 802.3. Tags stand behind the addresses, the outer one first. */
export function frameOf(
  addresses: { readonly to: string; readonly from: string },
  { type, payload, tags = [] }: { readonly type: number; readonly payload: Buffer; readonly tags?: readonly Buffer[] },
): Buffer {
  return Buffer.concat([macBytes(addresses.to), macBytes(addresses.from), ...tags, word(type), payload]);
}

export function tagOf(vlan: number, type: number = ETHER_TYPES.vlan): Buffer {
  return Buffer.concat([word(type), word(vlan)]);
}

/** Source: RFC 791 and RFC 768; a UDP checksum of zero is none. */
export function udpOf(from: string, to: string, text: string): Buffer {
  const head = Buffer.from([0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, ...ipBytes(from), ...ipBytes(to)]);
  head.writeUInt16BE(28 + text.length, 2);
  let sum = 0;
  for (let at = 0; at < head.length; at += 2) sum += head.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  head.writeUInt16BE(~sum & 0xffff, 10);
  return Buffer.concat([head, word(UDP_PORT), word(UDP_PORT), word(8 + text.length), word(0), Buffer.from(text)]);
}

/** Source: RFC 8200. */
export function udpOverIpv6(text: string): Buffer {
  const link = (host: number) => Buffer.from([0xfe, 0x80, ...Array.from({ length: 13 }, () => 0), host]);
  const head = Buffer.from([0x60, 0, 0, 0, 0, 8 + text.length, 17, 64]);
  const udp = [word(UDP_PORT), word(UDP_PORT), word(8 + text.length), word(0xffff), Buffer.from(text)];
  return Buffer.concat([head, link(1), link(2), ...udp]);
}

/** "The sender is at this card", to whom it may concern. Source: RFC 826; the text is padding. */
export function arpOf(sender: Card, asked: string, text: string): Buffer {
  const head = Buffer.from([0, 1, 8, 0, 6, 4, 0, 2]);
  return Buffer.concat([
    head,
    macBytes(sender.hardware),
    ipBytes(sender.address),
    Buffer.alloc(6, 0xff),
    ipBytes(asked),
    Buffer.from(text),
  ]);
}

export async function sendFrames(network: readonly string[], device: string, frames: readonly Buffer[]): Promise<void> {
  const stdin = frames.map((frame) => `${frame.toString('hex')}\n`).join('');
  const [program, ...rest] = [...network, PYTHON, SCRIPT, 'send', device];
  await runProcess([program, ...rest], { stdin });
}

export interface Hearer {
  /** Everything so far, in order. */
  readonly frames: readonly Buffer[];
  stop(): void;
}

/** Resolves when it hears. */
export async function hearFrames(network: readonly string[], device: string): Promise<Hearer> {
  const [program, ...rest] = [...network, PYTHON, SCRIPT, 'hear', device];
  const child: ChildProcess = spawn(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
  const frames: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on('error', reject).on('exit', () => reject(new Error(`Cannot hear what comes on ${device}`)));
  if (child.stdout)
    createInterface(child.stdout).on('line', (line) =>
      line === 'hears' ? resolve() : frames.push(Buffer.from(line, 'hex')),
    );
  await promise;
  return { frames, stop: () => void child.kill('SIGKILL') };
}
