/** `slipway connectivity`, `domainmapping` and `persistentdatastore` over HTTP. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCommandBench, type CommandBench } from './command-bench.ts';

const CRN = 'crn:v1:bluemix:public:is:eu-de:a/1::private-path-service-gateway:1';
const DOMAIN = 'www.example.com';

test('outbound destinations are created, shown, listed, changed and deleted', async (t) => {
  const bench = await openCommandBench(t);
  const outbound = ['connectivity', 'outbound'];
  await bench.must(...outbound, 'create', '--n', 'database', '--cidr', '10.0.0.0/8');
  await bench.must('conn', 'outbound', 'create', '--name', 'partner', '--format', 'pps', '--pps-crn', CRN);
  const one = await bench.must(...outbound, 'get', 'database');
  assert.equal(
    one,
    'Project name:  shop\nName:          database\nFormat:        cidr_block\n\nIP address range:  10.0.0.0/8\n',
  );
  assert.match(await bench.must(...outbound, 'get', 'partner'), /\nPrivate path service:\n {2}CRN: +crn:v1:/);
  const list = await bench.must(...outbound, 'list');
  assert.match(
    list,
    /^CIDR ranges:\n {2}Name +IP address range\n {2}allow-all +0\.0\.0\.0\/0\n {2}database +10\.0\.0\.0\/8\n\nPrivate path connections:\n/,
  );
  assert.doesNotMatch(await bench.must(...outbound, 'list', '--format', 'cidr'), /partner/);
  await bench.must(...outbound, 'update', 'database', '--cidr', '10.0.0.0/16', '--force');
  await bench.must(...outbound, 'update', '--name', 'partner', '--pip', 'dedicated');
  assert.equal((await bench.read(...outbound, 'get', 'database'))['cidr_block'], '10.0.0.0/16');
  assert.equal((await bench.read(...outbound, 'get', 'partner'))['isolation_policy'], 'dedicated');
  await bench.must(...outbound, 'delete', 'database', '-f');
  await bench.must(...outbound, 'delete', '--cidr-name', 'database', '-f', '--inf');

  await bench.fails([...outbound, 'get', 'partnr'], 'not_found', /Did you mean "partner"\?/);
  await bench.fails([...outbound, 'create', '--n', 'x'], 'usage', /cidr_block needs --cidr/);
  await bench.fails(
    [...outbound, 'create', '--n', 'x', '--fo', 'pps', '--cidr', '1.0.0.0/8'],
    'usage',
    /needs --pps-crn/,
  );
  await bench.fails([...outbound, 'create', '--n', 'x', '--fo', 'vpn'], 'usage', /--format "vpn": allowed are cidr/);
  await bench.fails([...outbound, 'create', '--n', 'x', '-c', '10.0.0.1/8'], 'usage', /Write 10\.0\.0\.0\/8/);
  await bench.fails([...outbound, 'update', '--n', 'partner'], 'usage', /no option says what to change/);
  await bench.fails(['conn', 'subnetpool', 'list'], 'usage', /Keeping subnet pools is not available yet/);
});

async function keepCertificate(bench: CommandBench): Promise<void> {
  const [key, certificate] = [join(bench.folder, 'key.pem'), join(bench.folder, 'cert.pem')];
  const subject = ['-subj', `/CN=${DOMAIN}`, '-addext', `subjectAltName=DNS:${DOMAIN}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-x509', '-days', '2'];
  execFileSync('openssl', ['req', ...curve, ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  await bench.must('secret', 'create', '-n', 'cert', '--format', 'tls', '--ccf', 'cert.pem', '--pkf', 'key.pem');
}

test('a domain mapping is created, shown, listed, changed and deleted', async (t) => {
  const bench = await openCommandBench(t);
  await keepCertificate(bench);
  for (const name of ['web', 'api'])
    await bench.must('app', 'create', '-n', name, '-i', 'registry.example/fake/web:1', '--no-wait');
  const target = ['--target', 'web', '--target-type', 'application', '--tls-secret', 'cert'];
  const { err } = await bench.run('dm', 'create', '--domain-name', DOMAIN, ...target);
  assert.match(err, /^Created domain mapping "www\.example\.com"\. It is deploying\n.* make it a CNAME of custom\./);
  assert.match(
    await bench.must('domainmapping', 'list'),
    /^Name +CNAME +Target +Target-Type +Status +Secret Name +Age\nwww\.example\.com +custom\.\S+ +web +app +(ready|deploying) +cert +\d+s\n$/,
  );
  await bench.must('dm', 'update', DOMAIN, '--target', 'api');
  const text = await bench.must('dm', 'get', '--dn', DOMAIN);
  assert.match(text, /^Domain Name: +www\.example\.com\nCNAME: +custom\.\S+\nTarget Name: +api\nTarget Type: +app\n/);
  assert.match(text, /\nTLS Secret: +cert\nStatus: +(ready|deploying)\n/);

  const create = ['dm', 'create', '-n', 'other.example.com', '-t', 'web', '--type'];
  await bench.fails([...create, 'function', '--tls', 'cert'], 'usage', /function/);
  await bench.fails(
    [...create, 'application', '--tls', 'cert'],
    'usage',
    /its certificate is not for other\.example\.com/,
  );
  await bench.fails([...create, 'app', '--tls', 'cert'], 'usage', /allowed are application, function/);
  await bench.fails(['dm', 'create', '-n', DOMAIN, '-t', 'web'], 'usage', /--target-type is missing/);
  await bench.fails(['dm', 'update', DOMAIN], 'usage', /no option says what to change/);
  await bench.must('dm', 'delete', DOMAIN, '--force');
  await bench.fails(['dm', 'get', DOMAIN], 'not_found', /Cannot find domain mapping/);
});

test('a persistent data store is created, shown, listed and deleted', async (t) => {
  const bench = await openCommandBench(t);
  const store = ['persistentdatastore'];
  await bench.must('secret', 'create', '-n', 'key', '--format', 'hmac', '--akid', 'a', '--sak', 'b');
  const create = [...store, 'create', '--name', 'photos', '--cos-bucket-name', 'photos-1', '--cos-access-secret'];
  await bench.fails([...create, 'none'], 'usage', /none/);
  await bench.must(...create, 'key');
  await bench.must('pds', 'create', '-n', 'far', '--cos-bucket', 'far-1', '--cos-sec', 'key', '--cos-loc', 'eu-de');
  const text = await bench.must(...store, 'get', 'photos');
  assert.match(text, /^Name: +photos\nID: +\S+\nType: +object_storage\n/);
  assert.match(text, /\nData:\n {2}COS bucket: +photos-1\n {2}Access secret: +key\n {2}Bucket region: +local\n$/);
  const list = await bench.must(...store, 'list');
  assert.match(list, /^Name +COS bucket +Access secret +Bucket region +Age\nfar +far-1 +key +eu-de +\d+s\nphotos /);
  await bench.must(...store, 'delete', 'photos', '-f');
  await bench.fails([...store, 'delete', 'photos', '-f'], 'not_found', /Cannot find persistent data store "photos"/);
});
