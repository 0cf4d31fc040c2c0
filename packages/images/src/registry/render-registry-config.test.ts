import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderRegistryConfig } from './render-registry-config.ts';

test('renderRegistryConfig() listens where told, keeps everything under one folder and demands our tokens', () => {
  assert.equal(
    renderRegistryConfig({
      storageDir: '/state/registry/data',
      address: '127.0.0.1:5001',
      uploadSecret: 'abc',
      token: {
        realm: 'http://127.0.0.1:8080/registry/token',
        service: 'slipway-registry',
        issuer: 'slipway',
        certificatePath: '/state/registry/token.crt',
      },
    }),
    `version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: "/state/registry/data"
  cache:
    blobdescriptor: inmemory
  delete:
    enabled: true
http:
  addr: "127.0.0.1:5001"
  relativeurls: true
  secret: "abc"
  headers:
    X-Content-Type-Options: [nosniff]
auth:
  token:
    realm: "http://127.0.0.1:8080/registry/token"
    service: "slipway-registry"
    issuer: "slipway"
    rootcertbundle: "/state/registry/token.crt"
`,
  );
});
