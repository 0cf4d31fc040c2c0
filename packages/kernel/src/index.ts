/** The few Linux calls Node does not offer: mounts, mapped users, namespaces. */
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
