/**
 * For every operation that creates something a body that must be accepted, given a fresh name. Without them random bodies
 * would rarely get as far as the store.
 */
import { createHash } from 'node:crypto';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '@slipway/control/testing';
import type { OperationId } from '@slipway/spec';

/** An archive that uploads send; the fake builder does not look into it. */
export const SOURCE = 'an archive';
export const SOURCE_SHA256 = createHash('sha256').update(SOURCE).digest('hex');

const IMAGE = 'registry.example/fake/good:1';

const BUILD = {
  output_image: '127.0.0.1:8781/default/built:1',
  output_secret: '',
  strategy_type: 'dockerfile',
  source_type: 'local',
  source_url: `source://${SOURCE_SHA256}`,
};

/** What the project has from the start, made in this order. Each name is the one that bodies refer to. */
export const GROUND = [
  ['createConfigMap', { name: 'settings', data: { COLOUR: 'blue' } }],
  ['createSecret', { name: 'tokens', format: 'generic', data: { TOKEN: 'hunter2' } }],
  [
    'createSecret',
    { name: 'cert', format: 'tls', data: { tls_cert: TEST_CERTIFICATE, tls_key: TEST_CERTIFICATE_KEY } },
  ],
  ['createSecret', { name: 'keys', format: 'hmac_auth', data: { access_key_id: 'a', secret_access_key: 'b' } }],
  ['createSecret', { name: 'cos', format: 'service_access', service_access: { service_instance: { id: 'one' } } }],
  ['createApp', { name: 'web', image_reference: IMAGE, scale_min_instances: 0 }],
  ['createSubscription', { name: 'timer', type: 'cron', component: { name: 'web', resource_type: 'app_v2' } }],
  ['createJob', { name: 'nightly', image_reference: IMAGE }],
  ['createFunction', { name: 'hello', runtime: 'nodejs-22', code_reference: 'data:,x' }],
  ['createBuild', { ...BUILD, name: 'recipe' }],
  ['createJobRun', { name: 'run', job_name: 'nightly' }],
  ['createBinding', { component: { name: 'nightly', resource_type: 'job_v2' }, prefix: 'COS', secret_name: 'cos' }],
  [
    'createDomainMapping',
    { name: 'www.example.com', component: { name: 'hello', resource_type: 'function_v2' }, tls_secret: 'cert' },
  ],
  [
    'createPersistentDataStore',
    {
      name: 'uploads',
      storage_type: 'object_storage',
      data: { bucket_name: 'uploads', bucket_location: 'eu-de', secret_name: 'keys' },
    },
  ],
  ['createAllowedOutboundDestination', { name: 'database', type: 'cidr_block', cidr_block: '10.9.0.0/16' }],
  ['createBuildRun', { name: 'building', build_name: 'recipe' }],
] as const satisfies readonly (readonly [OperationId, object])[];

type Maker = (fresh: string) => Readonly<Record<string, unknown>>;

/** A fresh name is a DNS label. */
export const GOOD_BODIES: Partial<Record<OperationId, Maker>> = {
  createProject: (name) => ({ name }),
  createApp: (name) => ({ name, image_reference: IMAGE, scale_min_instances: 0 }),
  createJob: (name) => ({ name, image_reference: IMAGE }),
  createJobRun: (name) => ({ name, job_name: 'nightly' }),
  createFunction: (name) => ({ name, runtime: 'nodejs-22', code_reference: 'data:,x' }),
  createConfigMap: (name) => ({ name, data: { A: 'b' } }),
  createApiKey: (name) => ({ name }),
  createSubscription: (name) => ({ name, type: 'cron', component: { name: 'web', resource_type: 'app_v2' } }),
  setMember: () => ({ role: 'reader' }),
  setPlatformMember: () => ({ role: 'viewer' }),
  createSecret: (name) => ({ name, format: 'generic', data: { A: 'b' } }),
  createBuild: (name) => ({ ...BUILD, name }),
  // By itself: random changes of the recipe may leave it without a source.
  createBuildRun: (name) => ({ ...BUILD, name }),
  createBinding: (name) => ({
    component: { name: 'nightly', resource_type: 'job_v2' },
    prefix: name.toUpperCase().replace('-', '_'),
    secret_name: 'cos',
  }),
  createDomainMapping: (name) => ({
    name: `${name}.shop.example.com`,
    component: { name: 'hello', resource_type: 'function_v2' },
    tls_secret: 'cert',
  }),
  createPersistentDataStore: (name) => ({
    name,
    storage_type: 'object_storage',
    data: { bucket_name: 'uploads-eu', bucket_location: 'eu-de', secret_name: 'keys' },
  }),
  createAllowedOutboundDestination: (name) => ({ name, type: 'cidr_block', cidr_block: freshBlock(name) }),
};

/** A range that no other covers, from a fresh name's number. */
function freshBlock(name: string): string {
  const number = Number(/\d+/.exec(name)?.[0] ?? 0);
  return `10.${(number >> 8) & 255}.${number & 255}.0/24`;
}

/** Good changes of things that exist; the same archive may be uploaded again. */
export const GOOD_CHANGES: Partial<Record<OperationId, object>> = {
  createSource: {},
  updateSubscription: { cron_schedule: '0 * * * *' },
  restartApp: {},
  replaceAppMesh: { callers: ['web'], timeout_milliseconds: 2000, retries: { attempts: 2 } },
  replaceAppTraffic: { traffic: [{ latest: true, percent: 100 }] },
  replaceProjectTags: { tags: ['team:a'] },
  replaceAppliedSet: { resources: [{ kind: 'app', name: 'web', fields: ['image_reference'] }] },
  updateProjectQuotas: { apps: 41 },
  replaceInboundRules: { rules: [{ cidr_block: '10.9.0.0/16', app: 'web' }] },
  updateApp: { scale_concurrency: 7 },
  updateJob: { scale_retry_limit: 1 },
  updateFunction: { code_main: 'other' },
  updateBuild: { timeout: 60 },
  replaceConfigMap: { data: { A: 'c' } },
  replaceSecret: { format: 'generic', data: { A: 'c' } },
  updateDomainMapping: { tls_secret: 'cert' },
  updateAllowedOutboundDestination: { cidr_block: '10.9.0.0/17' },
};
