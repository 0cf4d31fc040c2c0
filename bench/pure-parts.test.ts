import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copiedHosts, copyRow } from './copied-apps.ts';
import { quantileOf } from './figure.ts';
import { parseCpuNanoseconds, parseKernelBytes } from './instance-group.ts';
import { manyHosts, parseSlot } from './many-hosts.ts';
import { parseClock, parseRoute } from './new-app.ts';
import { renderHostsScript } from './warm-hosts.ts';

test('quantileOf() makes one value of many measurements', async () => {
  const values = [3, 1, 2];
  const next = () => Promise.resolve(values.shift() ?? Number.NaN);
  assert.equal(await quantileOf(3, 1, next)(), 3);
});

test('copyRow() renames an app and its revision, and leaves its image as it is', () => {
  const image = '127.0.0.1:5000/default/web@sha256:ab';
  const from = { name: 'web', id: 'app-1' };
  const to = { name: 'filler-7', id: 'app-2' };
  const revision = {
    name: 'web-00001',
    owner: 'web',
    spec: { appId: 'app-1', settings: { image_reference: image } },
    status: { everReady: true },
  };
  assert.deepEqual(copyRow(revision, from, to), {
    name: 'filler-7-00001',
    owner: 'filler-7',
    spec: { appId: 'app-2', settings: { image_reference: image } },
    status: { everReady: true },
  });
  const app = {
    name: 'web',
    owner: '',
    spec: {},
    status: { shares: [{ revisionName: 'web-00001' }], of: 'other-00001' },
  };
  assert.deepEqual(copyRow(app, from, to).status, { shares: [{ revisionName: 'filler-7-00001' }], of: 'other-00001' });
});

test('copiedHosts() spreads the copies over ten projects, under the domain of the copied app', () => {
  const hosts = copiedHosts(new URL('http://web.default.localhost:8080'), 100);
  assert.equal(hosts[0], 'filler-0.full-0.localhost:8080');
  assert.equal(hosts[99], 'filler-99.full-9.localhost:8080');
});

test('parseCpuNanoseconds() and parseKernelBytes() read both versions of control groups', () => {
  assert.equal(parseCpuNanoseconds('12345\n'), 12_345);
  assert.equal(parseCpuNanoseconds('usage_usec 12\nuser_usec 5\n'), 12_000);
  assert.equal(parseCpuNanoseconds(''), undefined);
  assert.equal(parseKernelBytes('4096\n'), 4096);
  assert.equal(parseKernelBytes('anon 1\nkernel 8192\nkernel_stack 16384\n'), 8192);
  assert.equal(parseKernelBytes(''), undefined);
});

test('parseSlot() finds where a host leads, and says so when it leads nowhere', () => {
  const map = '0x5566 web.default.localhost slot3\n0x5577 other slot4\n';
  assert.equal(parseSlot(map, 'web.default.localhost'), 'slot3');
  assert.throws(() => parseSlot(map, 'default.localhost'), /Cannot find where/);
});

test('parseClock() reads microseconds as milliseconds, and nothing else', () => {
  assert.equal(parseClock('1850\n'), 1.85);
  assert.throws(() => parseClock('hello\n'), /Cannot read the clock/);
});

test('parseRoute() finds the last phase of a start, and says so when nothing was started', () => {
  assert.equal(parseRoute('wake;dur=18.0;desc="nothing", queue;dur=0.0, ready;dur=5.1, route;dur=0.4'), 0.4);
  assert.throws(() => parseRoute('wake;dur=0.1'), /Cannot read the phase of a start: wake/);
});

test('renderHostsScript() has wrk ask for every host', () => {
  const script = renderHostsScript(manyHosts(2));
  assert.match(script, /\{ "app-0\.bench\.example", "app-1\.bench\.example" \}/);
});
