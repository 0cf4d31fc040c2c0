/** How calls between apps of one project go: plain data. Requests from outside of the project are never meant. */
export interface MeshWorkload {
  /** Apps of its project that may call it, beside itself; absent: all. Whoever may not does not wake it. */
  readonly callers?: readonly string[];
}
