/** Port: uploaded folders, content-addressed. Implemented on the file system in `store`. */

export interface StoredSource {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly archivePath: string;
  readonly createdAt: string;
}

export interface SourceStore {
  /**
   * Stores the bytes under the announced hash: durable when it returns, nothing kept when the hash differs
   * (Refusal `source_corrupt`), the bound is passed (`body_too_large`) or the disk is full (`disk_full`).
   */
  put(
    projectId: string,
    sha256: string,
    bytes: AsyncIterable<Uint8Array>,
    options: { readonly bytesMax: number; readonly signal: AbortSignal },
  ): Promise<StoredSource>;
  get(projectId: string, sha256: string): Promise<StoredSource | undefined>;
  removeProject(projectId: string): Promise<void>;
  /** Deletes the least recently used archives until the store fits its budget; sources in `keep` stay. */
  collect(budgetBytes: number, keep: ReadonlySet<string>): Promise<void>;
}
