import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  renderAuthFile,
  renderPolicy,
  renderRegistriesConf,
  renderStorageConf,
  storageEnvironment,
} from './render-storage-config.ts';

test('renderStorageConf() names only the folders of this platform and keeps layers whole', () => {
  assert.equal(
    renderStorageConf({ graphRoot: '/state/images', runRoot: '/run/images' }),
    `[storage]
driver = "overlay"
graphroot = "/state/images"
runroot = "/run/images"

[storage.options]
additionalimagestores = []
pull_options = {enable_partial_images = "false", use_hard_links = "false"}

[storage.options.overlay]
mountopt = "nodev,metacopy=off"
skip_mount_home = "true"
`,
  );
});

test('renderRegistriesConf() reaches the bundled registry by http, mirrors first, base images by short name', () => {
  assert.equal(
    renderRegistriesConf({
      bundled: { address: '127.0.0.1:5001' },
      routes: [
        { prefix: 'docker.io', mirrors: [{ location: 'mirror.example.com/hub' }, { location: 'b', insecure: true }] },
        { prefix: 'old.example.com:5000', mirrors: [], insecure: true },
      ],
    }),
    `unqualified-search-registries = ["docker.io"]
short-name-mode = "disabled"

[[registry]]
prefix = "127.0.0.1:5001"
location = "127.0.0.1:5001"
insecure = true

[[registry]]
prefix = "docker.io"
location = "docker.io"
insecure = false
[[registry.mirror]]
location = "mirror.example.com/hub"
insecure = false
[[registry.mirror]]
location = "b"
insecure = true

[[registry]]
prefix = "old.example.com:5000"
location = "old.example.com:5000"
insecure = true

[aliases]
"slipway/base" = "localhost/slipway/base"
"slipway/node" = "localhost/slipway/node"
"slipway/python" = "localhost/slipway/python"
"slipway/static" = "localhost/slipway/static"
`,
  );
});

test('renderAuthFile() writes base64 of user and password per server', () => {
  assert.deepEqual(JSON.parse(renderAuthFile([{ server: 'r.example', username: 'a', password: 'b:c' }])), {
    auths: { 'r.example': { auth: 'YTpiOmM=' } },
  });
});

test('renderPolicy() accepts images without signatures', () => {
  assert.deepEqual(JSON.parse(renderPolicy()), { default: [{ type: 'insecureAcceptAnything' }] });
});

test('storageEnvironment() passes on nothing but what it names and keeps loopback off the proxy', () => {
  const environment = storageEnvironment(
    { storageConfPath: '/s', registriesConfPath: '/r', authFilePath: '/a', homeDir: '/h', temporaryDir: '/t' },
    { PATH: '/bin', HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'intern.example', SECRET_KEY: 'x' },
  );
  assert.deepEqual(environment, {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy:3128',
    NO_PROXY: 'intern.example,localhost,127.0.0.1,::1',
    no_proxy: 'intern.example,localhost,127.0.0.1,::1',
    HOME: '/h',
    TMPDIR: '/t',
    CONTAINERS_STORAGE_CONF: '/s',
    CONTAINERS_REGISTRIES_CONF: '/r',
    REGISTRY_AUTH_FILE: '/a',
  });
});
