/**
 * The configuration of the bundled registry (CNCF distribution 2.8). Pure. Loopback only, tokens only from our control
 * plane, no debug server. The text holds the upload secret: its file has mode 0600. Strings are written as JSON, which
 * YAML understands.
 */

export interface RegistryConfigOptions {
  readonly storageDir: string;
  /** `host:port` to listen on. */
  readonly address: string;
  /** Signs the state of uploads that the client carries along. */
  readonly uploadSecret: string;
  readonly token: {
    /** URL of the control plane's token endpoint. */
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    /** PEM certificate of the key that signs tokens. */
    readonly certificatePath: string;
  };
}

export function renderRegistryConfig(options: RegistryConfigOptions): string {
  const { token } = options;
  return `version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: ${JSON.stringify(options.storageDir)}
  cache:
    blobdescriptor: inmemory
  delete:
    enabled: true
http:
  addr: ${JSON.stringify(options.address)}
  relativeurls: true
  secret: ${JSON.stringify(options.uploadSecret)}
  headers:
    X-Content-Type-Options: [nosniff]
auth:
  token:
    realm: ${JSON.stringify(token.realm)}
    service: ${JSON.stringify(token.service)}
    issuer: ${JSON.stringify(token.issuer)}
    rootcertbundle: ${JSON.stringify(token.certificatePath)}
`;
}
