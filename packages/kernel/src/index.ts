/** The few Linux calls Node does not offer: mounts, mapped users, namespaces, links, a quick start of a program. */
export { type DetachedProgram, spawnDetached } from './detached-program.ts';
export { linkIndex, Netlink } from './netlink.ts';
export { addAddress, addCable, addDefaultRoute, raiseLink } from './netlink-message.ts';
export { pinNetworkNamespace, pinUserNamespace } from './pinned-namespace.ts';
export { openPipe, type PipeEnds, reap } from './posix-spawn.ts';
export { startProgram, type StartedProgram } from './started-program.ts';
export {
  asFileSystemUser,
  inNetworkNamespace,
  MOUNT_FLAGS,
  mountFileSystem,
  mountIdmapped,
  type MountRequest,
  SystemCallFailure,
  unmount,
  unmountAside,
} from './system-calls.ts';
