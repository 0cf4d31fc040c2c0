/** Apps that answer certain addresses only, with real HAProxy. The clients differ in their loopback addresses. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { test } from 'node:test';
import type { AppWorkload } from '@slipway/engine';
import { appFor, createEngineBed, revisionFor, startLoad, until, type EngineBed } from '../testing/engine-bed.ts';
import { proxyPathsFor } from './haproxy-config.ts';

const [FRIEND, STRANGER] = ['127.0.0.2', '127.0.0.9'];
const HOST = 'hello.test';
const REFUSED = '403 This app does not answer your address\n';

function appWith(sources?: readonly string[]): AppWorkload {
  return { ...appFor('hello', revisionFor('hello-1')), ...(sources && { sources }) };
}

/** `200 <address that the app was told>`, or what was said instead. */
async function askFrom(bed: EngineBed, localAddress: string): Promise<string> {
  const agent = new Agent({ localAddress });
  try {
    const { status, body } = await bed.call(HOST, { agent });
    if (status !== 200) return `${status} ${body}`;
    return `200 ${(JSON.parse(body) as { headers: Record<string, string> }).headers['x-forwarded-for']}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  } finally {
    agent.destroy();
  }
}

test('a guarded app answers its sources, asleep and awake, and strangers do not even wake it', async (t) => {
  const bed = await createEngineBed(t, { network: '80.40' });
  await bed.engine.start({ projects: [], apps: [appWith([`${FRIEND}/32`])] });
  assert.equal(await askFrom(bed, STRANGER), REFUSED);
  assert.equal(bed.machine.running.size, 0);
  for (let turn = 0; turn < 2; turn += 1) {
    assert.equal(await askFrom(bed, FRIEND), `200 ${FRIEND}`, bed.log.join('\n'));
    assert.equal(await askFrom(bed, STRANGER), REFUSED);
  }
});

test('rules change for an app that runs without one failed request of those who may', async (t) => {
  const bed = await createEngineBed(t, { network: '80.41' });
  await bed.engine.start({ projects: [], apps: [appWith()] });
  assert.equal(await askFrom(bed, STRANGER), `200 ${STRANGER}`);
  const load = startLoad(bed, HOST, { clients: 4, isKeptAlive: true });
  // The load comes from 127.0.0.1, which all of these let pass.
  const rules = [['127.0.0.0/30'], ['127.0.0.1/32'], ['127.0.0.0/29', '9.9.9.0/24'], undefined, ['127.0.0.0/30']];
  for (const sources of rules) {
    await bed.engine.applyApp(appWith(sources));
    const expected = sources ? REFUSED : `200 ${STRANGER}`;
    await until('the rule holds', async () => (await askFrom(bed, STRANGER)) === expected);
  }
  assert.equal(await askFrom(bed, FRIEND), `200 ${FRIEND}`);
  const { answered, failures } = await load.end();
  assert.deepEqual(failures, []);
  assert.ok(answered > 0);
  await bed.engine.applyApp(appWith([]));
  await until('nobody is let in', async () => (await askFrom(bed, FRIEND)) === REFUSED);
});

test('no stranger comes past a guard while HAProxy or the daemon starts anew', async (t) => {
  const bed = await createEngineBed(t, { network: '80.42' });
  const declared = { projects: [], apps: [appWith([`${FRIEND}/32`])] };
  await bed.engine.start(declared);
  assert.equal(await askFrom(bed, FRIEND), `200 ${FRIEND}`);
  const pid = Number((await readFile(proxyPathsFor(bed.config.runDir).pidFile, 'utf8')).trim());
  process.kill(pid, 'SIGKILL');
  const seen = new Set<string>();
  await until('the guard is back', async () => {
    seen.add(await askFrom(bed, STRANGER));
    return seen.has(REFUSED) && (await askFrom(bed, FRIEND)) === `200 ${FRIEND}`;
  });
  assert.deepEqual(
    [...seen].filter((answer) => answer.startsWith('200')),
    [],
  );
  await bed.engine.stop();
  assert.deepEqual([await askFrom(bed, STRANGER), await askFrom(bed, FRIEND)], [REFUSED, `200 ${FRIEND}`]);
  await (await bed.restart()).start(declared);
  assert.deepEqual([await askFrom(bed, STRANGER), await askFrom(bed, FRIEND)], [REFUSED, `200 ${FRIEND}`]);
});
