/**
 * Changes of links, addresses and routes as the kernel's messages, in the byte order of the machines we run on. Pure.
 * Source: rtnetlink(7), linux/rtnetlink.h, linux/if_link.h.
 */
const NLMSG_ALIGN = 4;
const HEADER_BYTES = 16;
const RTM_NEWLINK = 16;
const RTM_NEWADDR = 20;
const RTM_NEWROUTE = 24;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_EXCL = 0x200;
const NLM_F_CREATE = 0x400;
const AF_INET = 2;
const AF_INET6 = 10;
const IFF_UP = 1;
const IFLA = { address: 1, name: 3, master: 10, info: 18, families: 26, namespaceFd: 28 } as const;
const IFLA_INFO = { kind: 1, data: 2 } as const;
const VETH_INFO_PEER = 1;
const IFLA_INET6_ADDR_GEN_MODE = 8;
const ADDR_GEN_MODE_NONE = 1;
const IFA = { address: 1, local: 2 } as const;
const RTA_GATEWAY = 5;
const ROUTE = { table: 254, protocol: 3, scope: 0, type: 1 } as const;

/** Both ends of a cable: one here, the other in a network namespace. */
export interface Cable {
  readonly name: string;
  readonly peer: { readonly name: string; readonly hardwareAddress: string; readonly namespaceFd: number };
}

export interface RaisedLink {
  readonly name: string;
  /** Index of the bridge it becomes a port of. */
  readonly masterIndex?: number;
  /** The kernel gives it no IPv6 address. */
  readonly isBare?: boolean;
}

export function addCable({ name, peer }: Cable): Buffer {
  const other = [
    linkHeader(false),
    attribute(IFLA.name, text(peer.name)),
    attribute(IFLA.address, Buffer.from(peer.hardwareAddress.replaceAll(':', ''), 'hex')),
    attribute(IFLA.namespaceFd, uint32(peer.namespaceFd)),
  ];
  const data = attribute(VETH_INFO_PEER, ...other);
  const info = [attribute(IFLA_INFO.kind, text('veth')), attribute(IFLA_INFO.data, data)];
  return message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, [
    linkHeader(false),
    attribute(IFLA.name, text(name)),
    attribute(IFLA.info, ...info),
  ]);
}

export function raiseLink({ isBare = false, masterIndex, name }: RaisedLink): Buffer {
  const mode = attribute(IFLA_INET6_ADDR_GEN_MODE, Buffer.from([ADDR_GEN_MODE_NONE]));
  return message(RTM_NEWLINK, 0, [
    linkHeader(true),
    attribute(IFLA.name, text(name)),
    ...(masterIndex === undefined ? [] : [attribute(IFLA.master, uint32(masterIndex))]),
    ...(isBare ? [attribute(IFLA.families, attribute(AF_INET6, mode))] : []),
  ]);
}

export function addAddress(to: { readonly index: number; readonly address: string; readonly prefix: number }): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(AF_INET, 0);
  header.writeUInt8(to.prefix, 1);
  header.writeUInt32LE(to.index, 4);
  const address = inetAddress(to.address);
  return message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, [
    header,
    attribute(IFA.local, address),
    attribute(IFA.address, address),
  ]);
}

export function addDefaultRoute(gateway: string): Buffer {
  const { table, protocol, scope, type } = ROUTE;
  const header = Buffer.from([AF_INET, 0, 0, 0, table, protocol, scope, type, 0, 0, 0, 0]);
  return message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, [header, attribute(RTA_GATEWAY, inetAddress(gateway))]);
}

/** Every message is answered. */
function message(type: number, flags: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(HEADER_BYTES + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(NLM_F_REQUEST | NLM_F_ACK | flags, 6);
  return Buffer.concat([header, body]);
}

/** `struct ifinfomsg`. */
function linkHeader(isUp: boolean): Buffer {
  const header = Buffer.alloc(16);
  if (isUp) for (const at of [8, 12]) header.writeUInt32LE(IFF_UP, at);
  return header;
}

function attribute(type: number, ...content: readonly Buffer[]): Buffer {
  const value = Buffer.concat(content);
  const whole = Buffer.alloc(Math.ceil((4 + value.length) / NLMSG_ALIGN) * NLMSG_ALIGN);
  whole.writeUInt16LE(4 + value.length, 0);
  whole.writeUInt16LE(type, 2);
  value.copy(whole, 4);
  return whole;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function inetAddress(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}
