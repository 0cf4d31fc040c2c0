/**
 * A socket to the kernel's network configuration, of the network namespace in which it was opened. A change costs a tenth
 * of a millisecond where a program costs several; it is made by a thread of the pool, because the kernel makes changes one
 * after the other and another program's may last.
 */
import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { SystemCallFailure } from './system-calls.ts';

const libc = koffi.load(null);
const socketCall = libc.func('int socket(int family, int type, int protocol)');
const sendCall = libc.func('long send(int fd, void *bytes, size_t length, int flags)');
const receiveCall = libc.func('long recv(int fd, void *bytes, size_t length, int flags)');
const indexCall = libc.func('uint if_nametoindex(const char *name)');

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_ROUTE = 0;
const MSG_DONTWAIT = 0x40;
const NLMSG_ERROR = 2;
/** A refusal repeats what was refused. */
const ANSWER_BYTES_MAX = 8192;

export class Netlink implements Disposable {
  readonly #fd: number;

  constructor() {
    this.#fd = socketCall(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (this.#fd < 0) throw new SystemCallFailure('open a netlink socket', koffi.errno());
  }

  /** Makes all changes, in their order; one that is refused rejects, and those behind it were tried as well. */
  async change(messages: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(messages);
    const { promise, resolve, reject } = Promise.withResolvers<number | bigint>();
    sendCall.async(this.#fd, bytes, bytes.length, 0, (error: unknown, sent: number | bigint) =>
      error ? reject(error) : resolve(sent),
    );
    if (Number(await promise) !== bytes.length)
      throw new Error('Cannot change the network: the kernel takes no message');
    const answer = Buffer.alloc(ANSWER_BYTES_MAX);
    const errors: number[] = [];
    while (errors.length < messages.length) {
      // The kernel has answered when it has taken the message.
      const length = Number(receiveCall(this.#fd, answer, answer.length, MSG_DONTWAIT));
      if (length <= 0) throw new SystemCallFailure('change the network', koffi.errno());
      errors.push(...parseAnswers(answer.subarray(0, length)));
    }
    const refused = errors.find((error) => error !== 0);
    if (refused !== undefined) throw new SystemCallFailure('change the network', refused);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** Of a link of the namespace in which the calling thread is. */
export function linkIndex(name: string): number {
  const index: number = indexCall(name);
  if (index === 0) throw new SystemCallFailure(`find the link ${name}`, koffi.errno());
  return index;
}

/** Pure: the errno of each answer, 0 where the change was made. */
function parseAnswers(bytes: Buffer): readonly number[] {
  const errors: number[] = [];
  for (let at = 0; at + 20 <= bytes.length; at += Math.max(20, Math.ceil(bytes.readUInt32LE(at) / 4) * 4)) {
    if (bytes.readUInt16LE(at + 4) === NLMSG_ERROR) errors.push(-bytes.readInt32LE(at + 16));
  }
  return errors;
}
