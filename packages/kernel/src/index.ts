/** The few Linux calls Node does not offer: mounts, mapped users, namespaces, a quick start of a program. */
export { type DetachedProgram, openPipe, type PipeEnds, reap, spawnDetached } from './detached-program.ts';
export { pinNetworkNamespace, pinUserNamespace } from './pinned-namespace.ts';
export {
  asFileSystemUser,
  inNetworkNamespace,
  MOUNT_FLAGS,
  mountFileSystem,
  mountIdmapped,
  type MountRequest,
  SystemCallFailure,
  unmount,
} from './system-calls.ts';
