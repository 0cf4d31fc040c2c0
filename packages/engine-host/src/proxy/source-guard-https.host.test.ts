/**
 * Apps that answer certain addresses only, asked over HTTPS and by a domain of their owner's: no name, protocol, handshake
 * or connection that is used again leads a stranger past the guard.
 */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { AppWorkload } from '@slipway/engine';
import { edgeCaller, EDGE_PROTOCOLS, type EdgeCaller, type EdgeProtocol } from '../testing/edge-callers.ts';
import { appFor, callHost, createEngineBed, revisionFor, until, type EngineBed } from '../testing/engine-bed.ts';
import { makeCertificate, openHttps } from '../testing/https-client.ts';

const [FRIEND, STRANGER] = ['127.0.0.2', '127.0.0.9'];
const REFUSED = '403 This app does not answer your address\n';

function appWith(appName: string, domains: readonly string[], sources?: readonly string[]): AppWorkload {
  const app = appFor(appName, revisionFor(`${appName}-1`));
  return { ...app, hosts: [...app.hosts, ...domains], ...(sources && { sources }) };
}

type Caller = (protocol: EdgeProtocol, localAddress: string, servername: string) => Promise<EdgeCaller>;

async function openBed(t: TestContext, network: string): Promise<EngineBed & { readonly callerFor: Caller }> {
  const bed = await createEngineBed(t, { network, https: openHttps });
  await bed.engine.start({ projects: [], apps: [] });
  const ports = { http: bed.port, https: bed.config.https?.port ?? 0 };
  const callerFor: Caller = async (protocol, localAddress, servername) => {
    const caller = await edgeCaller(protocol, ports, { localAddress, servername });
    t.after(() => caller.close());
    return caller;
  };
  return Object.assign(bed, { callerFor });
}

/** What the app was told of the client, or what was said instead. */
async function told(caller: EdgeCaller, host: string): Promise<string> {
  const answer = await caller.call(host);
  if (!answer.startsWith('200 ')) return answer;
  const { headers } = JSON.parse(answer.slice(4)) as { headers: Record<string, string> };
  return `${headers['host']} ${headers['x-forwarded-proto']} ${headers['x-forwarded-for']}`;
}

for (const [index, protocol] of EDGE_PROTOCOLS.entries()) {
  test(`a guarded app refuses strangers over ${protocol}, by each of its names, asleep and awake`, async (t) => {
    const bed = await openBed(t, `80.13${index}`);
    const names = ['hello.test', 'shop.example.com'] as const;
    const scheme = protocol === 'http' ? 'http' : 'https';
    await bed.engine.applyApp(appWith('open', []));
    await bed.engine.applyApp(appWith('hello', ['shop.example.com'], [`${FRIEND}/32`]));
    await bed.engine.applyProject({
      projectId: 'p1',
      subdomain: 'one',
      certificates: [await makeCertificate(dirname(bed.config.stateDir), [...names, 'open.test'])],
    });
    // The handshake asks for an app that answers everybody; the connections stay open.
    const stranger = await bed.callerFor(protocol, STRANGER, 'open.test');
    const friend = await bed.callerFor(protocol, FRIEND, 'hello.test');
    for (const name of names) await until(`${name} is guarded`, async () => (await told(stranger, name)) === REFUSED);
    assert.equal(bed.machine.started, 0, 'strangers wake nothing');
    assert.equal(await told(stranger, 'open.test'), `open.test ${scheme} ${STRANGER}`);
    assert.equal(await told(friend, 'shop.example.com'), `shop.example.com ${scheme} ${FRIEND}`);
    assert.equal(bed.machine.started, 2);
    for (let turn = 0; turn < 3; turn += 1)
      for (const name of names) {
        assert.equal(await told(friend, name), `${name} ${scheme} ${FRIEND}`);
        assert.equal(await told(stranger, name), REFUSED);
        assert.equal(await told(stranger, name.toUpperCase()), REFUSED);
        assert.equal(await told(stranger, `${name}:443`), REFUSED);
        assert.equal(await told(stranger, 'open.test'), `open.test ${scheme} ${STRANGER}`);
      }
  });
}

test('a domain takes the rules of the app it is moved to, and leaves those of the one it came from', async (t) => {
  const bed = await openBed(t, '80.133');
  const domain = 'moved.example.com';
  const sources = [`${FRIEND}/32`];
  const apply = async (apps: readonly AppWorkload[]) => {
    for (const app of apps) await bed.engine.applyApp(app);
  };
  await apply([appWith('guarded', [], sources), appWith('open', [domain])]);
  const strangers = await Promise.all(EDGE_PROTOCOLS.map((protocol) => bed.callerFor(protocol, STRANGER, domain)));
  const friend = await bed.callerFor('https', FRIEND, domain);
  const instanceOf = (answer: string) => /"instance":"([a-z]+)-/.exec(answer)?.[1] ?? answer;
  const seen = async () => Promise.all(strangers.map(async (one) => instanceOf(await one.call(domain))));
  assert.deepEqual(await seen(), ['open', 'open', 'open']);
  await until('the guarded app is awake', async () => (await friend.call('guarded.test')).startsWith('200 '));
  for (let turn = 0; turn < 2; turn += 1) {
    // For a moment both have it, and only the one that answers everybody may.
    await apply([appWith('guarded', [domain], sources)]);
    for (const answer of await seen()) assert.ok([REFUSED, 'open'].includes(answer), answer);
    await apply([appWith('open', [])]);
    await until('strangers are refused', async () => (await seen()).every((answer) => answer === REFUSED));
    await until('the guarded app has it', async () => instanceOf(await friend.call(domain)) === 'guarded');
    await apply([appWith('guarded', [], sources), appWith('open', [domain])]);
    await until('the other app has it', async () => {
      const answers = await seen();
      assert.ok(!answers.includes('guarded'), 'a stranger reached the guarded app');
      return answers.every((answer) => answer === 'open');
    });
  }
});

test('an authority that vouches for the domain of a guarded app is answered, whatever its address', async (t) => {
  const bed = await openBed(t, '80.134');
  await bed.engine.applyApp(appWith('hello', ['shop.example.com'], []));
  const takeBack = await bed.engine.answerChallenge('token-1', 'token-1.thumb_print');
  t.after(takeBack);
  const path = '/.well-known/acme-challenge/token-1';
  const asked = await callHost(bed.port, 'shop.example.com', { path });
  assert.deepEqual([asked.status, asked.body], [200, 'token-1.thumb_print']);
  await until('every other path is guarded', async () => (await callHost(bed.port, 'shop.example.com')).status === 403);
});
