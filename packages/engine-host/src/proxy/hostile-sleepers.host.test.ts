/**
 * Hostile requests to apps that sleep pass HAProxy twice, and between that the activator, which reads their heads alone. The
 * origin behind them keeps every byte it was sent, so what is looked at here is what an app gets, whatever woke it.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { StandbyMode } from '@slipway/engine';
import { appFor, createEngineBed, revisionFor, until, type EngineBed } from '../testing/engine-bed.ts';
import { compileExactOrigin, EXACT_ORIGIN_PROBLEM, readRecord, recordFolder } from '../testing/exact-origin.ts';
import { checkOutcome, parseOutcome, requestBytes, sendBytes, sendHttp2 } from '../testing/hostile-exchange.ts';
import { HOSTILE_HTTP2, type HostileHttp2Request } from '../testing/hostile-http2.ts';
import { HOSTILE_REQUESTS, type HostileRequest } from '../testing/hostile-requests.ts';
import { renderHttp2Request } from '../testing/http2-frames.ts';

const skip = EXACT_ORIGIN_PROBLEM;
const AT_ONCE = 4;
/** Asleep a moment after the last request. */
const SOON = { stableMs: 200, panicMs: 50, zeroGraceMs: 50 };
/** What no app is ever told by a client. */
const FORGED = /^(?:forwarded|x[-_]forwarded.*|proxy|http2-settings)$/;
const TOLD_BY_THE_EDGE: readonly string[] = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

const STATES = [
  { from: 'awake', title: 'an app that is awake', network: '84.60' },
  { from: 'nothing', title: 'an app of which there is nothing', network: '84.61' },
  { from: 'created', title: 'an app with a sandbox that waits', network: '84.62' },
  { from: 'frozen', title: 'an app that stands still', network: '84.63' },
] as const;

type State = Pick<(typeof STATES)[number], 'from'>;

interface Victim {
  readonly host: string;
  readonly records: string;
}

interface Scene {
  readonly bed: EngineBed;
  readonly victims: readonly Victim[];
  /** It is named by hostile requests, and nobody calls it. */
  readonly other: Victim;
}

const projectAt = (at: number) => `p${at % 3}`;

async function openScene(
  t: TestContext,
  { from, network }: State & { readonly network: string },
  count: number,
): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-exact-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const program = await compileExactOrigin(folder);
  const standby: StandbyMode = from === 'created' || from === 'frozen' ? from : 'none';
  const isShort = standby !== 'none';
  const bed = await createEngineBed(t, {
    network,
    slotCount: count + 1,
    ...(isShort && { parts: { scaleWindows: SOON } }),
  });
  const appNames = Array.from({ length: count }, (_none, at) => `app${at}`);
  const victimOf = (appName: string) => ({ host: `${appName}.test`, records: recordFolder(folder, appName) });
  const apps = [...appNames, 'other'].map((appName, at) => {
    const command = [program, victimOf(appName).records];
    const revision = { ...revisionFor(`${appName}-1`), command, arguments: [], standby };
    // What stands by is bounded by project.
    return { ...appFor(appName, revision), projectId: projectAt(at) };
  });
  await bed.engine.start({ projects: [], apps });
  const scene = { bed, victims: appNames.map(victimOf), other: victimOf('other') };
  if (from !== 'nothing') await Promise.all(scene.victims.map(({ host }) => bed.call(host, { path: '/before' })));
  const { frozen, prepared } = bed.machine;
  if (isShort) await until(`all are ${from}`, () => (from === 'frozen' ? frozen : prepared).size === count);
  return scene;
}

/** What the app was sent of the attack, as `GET /first`; every byte of its connections belongs to such a message. */
function receivedBy({ host, records }: Victim): readonly string[] {
  const { messages, remains } = readRecord(records);
  assert.deepEqual(remains, []);
  for (const { bytes, headers } of messages) {
    const told = headers.filter(([name]) => FORGED.test(name) && !TOLD_BY_THE_EDGE.includes(name));
    assert.deepEqual(told, [], bytes);
    assert.equal(headers.find(([name]) => name === 'host')?.[1].split(':')[0], host, bytes);
  }
  const targets = messages.map(({ method, target }) => `${method} ${target}`);
  return targets.filter((one) => one !== 'GET /before' && one !== 'GET /honest').toSorted();
}

async function askHonestly(bed: EngineBed, { host }: Victim): Promise<void> {
  const { body, status } = await bed.call(host, { path: '/honest' });
  assert.equal(status, 200, `${body}${bed.log.join('\n')}`);
  assert.equal(JSON.parse(body).url, '/honest', 'an honest client got the answer to another request');
}

/** The first answer of an app that was woken says from what; only an upgrade is not told. */
function checkWoken(answer: string, { from }: State, { bytes }: HostileRequest): void {
  const [, tier] = /desc="(\w+)"/.exec(answer) ?? [];
  if (answer.startsWith('HTTP/1.1 200 ') && !/^Upgrade:/m.test(bytes))
    assert.equal(tier, from === 'awake' ? undefined : from, answer);
}

async function attack(scene: Scene, at: number, { request, state }: { request: HostileRequest; state: State }) {
  const { bed, victims } = scene;
  const victim = victims[at] as Victim;
  const answer = await sendBytes(bed.port, requestBytes(request, victim.host));
  checkWoken(answer, state, request);
  const outcome = parseOutcome(answer);
  await askHonestly(bed, victim);
  // By the app itself, whatever it was woken from: nobody on the way is stricter than HAProxy.
  if (request.refusedBy?.includes('exact')) {
    assert.deepEqual([outcome.refusal, readRecord(victim.records).remains.length], [400, 1]);
    return;
  }
  const received = receivedBy(victim);
  checkOutcome(request.outcome, outcome, received.length);
  assert.deepEqual(received, outcome.messages.map(({ method, url }) => `${method} ${url}`).toSorted());
}

async function attackByHttp2(scene: Scene, at: number, { headers, body, messagesMax }: HostileHttp2Request) {
  const { bed, victims } = scene;
  const victim = victims[at] as Victim;
  const appHost = (text: string) => text.replaceAll('app.test', victim.host);
  const told = headers.map(([name, value]) => [name, appHost(value)] as [string, string]);
  const answer = await sendHttp2(bed.port, renderHttp2Request(told, body === undefined ? body : appHost(body)));
  assert.doesNotMatch(answer, /smuggled/);
  await askHonestly(bed, victim);
  const received = receivedBy(victim);
  assert.ok(received.length <= messagesMax, `the app had ${received.join(', ')}: ${JSON.stringify(answer)}`);
  assert.doesNotMatch(received.join(), /smuggled/);
}

for (const state of STATES)
  test(`${state.title} gets of a hostile request what the edge counted, byte for byte`, { skip }, async (t) => {
    // A sandbox takes its time to be made; what is refused before anything wakes needs none.
    const isMeant = ({ outcome }: HostileRequest) => state.from !== 'created' || outcome !== 'refused';
    const attacks = [
      ...HOSTILE_REQUESTS.filter(isMeant).map((request) => ({
        name: request.name,
        run: (scene: Scene, at: number) => attack(scene, at, { request, state }),
      })),
      ...HOSTILE_HTTP2.filter(({ messagesMax }) => state.from !== 'created' || messagesMax > 0).map((request) => ({
        name: `HTTP/2, ${request.name}`,
        run: (scene: Scene, at: number) => attackByHttp2(scene, at, request),
      })),
    ];
    const scene = await openScene(t, state, attacks.length);
    const left = [...attacks.entries()];
    async function work(): Promise<void> {
      for (let next = left.shift(); next; next = left.shift()) {
        const [at, { name, run }] = next;
        await t.test(`${state.from}: ${name}`, () => run(scene, at));
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    assert.deepEqual(readRecord(scene.other.records), { messages: [], remains: [] });
    const { log } = scene.bed;
    assert.deepEqual(
      log.filter((line) => /cannot be served|cannot be woken/.test(line)),
      [],
    );
  });

const HONEST: readonly string[] = [
  'GET /a?b=%00&c HTTP/1.1\r\nHost: HOST\r\nAccept: */*\r\nX-UPPER: A\r\nx-twice: 1\r\nX-Twice: 2\r\n\r\n'.replace(
    '#d',
    '',
  ),
  'HEAD //a/../b;c HTTP/1.1\r\nHost: HOST:80\r\nCookie: a=b; c=d\r\nCookie: e=f\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nX-Empty:\r\n\r\nhello',
  'PUT / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nX-Latin: \xe9\r\n\r\n',
  'DELETE / HTTP/1.1\r\nHost: HOST\r\nUser-Agent: a (b; c) d/1\r\n\r\n',
  'PATCH / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n',
];

test('an app that sleeps is sent the bytes that one is sent that is awake', { skip }, async (t) => {
  const scene = await openScene(t, { ...STATES[1], network: '84.64' }, HONEST.length * 2);
  const { bed, victims } = scene;
  const wakeful = victims.slice(HONEST.length);
  for (const { host } of wakeful) await bed.call(host, { path: '/before' });
  for (const [at, request] of HONEST.entries()) {
    const sent = [victims[at], wakeful[at]].map(async (victim) => {
      const { host, records } = victim as Victim;
      const text = request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n').replaceAll('HOST', host);
      assert.match(await sendBytes(bed.port, text), /^x-latin: \xe9\r$/m);
      const { messages, remains } = readRecord(records);
      assert.deepEqual(remains, []);
      const [got] = messages.filter(({ target }) => target !== '/before');
      return comparable(got?.bytes ?? '', host);
    });
    const [asleep, awake] = await Promise.all(sent);
    assert.equal(asleep, awake);
  }
});

/** Without what differs between any two requests, and with the announcement of chunks where it always stands first. */
function comparable(bytes: string, host: string): string {
  const text = bytes.replaceAll(host, 'HOST').replace(/^x-request-id: .*$/m, 'x-request-id: ID');
  const chunked = 'transfer-encoding: chunked\r\n';
  return text.includes(chunked) ? chunked + text.replace(chunked, '') : text;
}
