import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findRecordedProcess } from '@slipway/process';
import { until } from '../testing/runtime-bed.ts';
import { parseRange, subnetOf } from './address-plan.ts';
import { NameServers } from './name-server.ts';

const PROJECTS = 20;

test('name servers that are told names while they start go on, all of them', async (t) => {
  const range = parseRange('10.209.0.0/16');
  const dir = await mkdtemp(join(tmpdir(), 'name-servers-'));
  // dnsmasq reads as nobody.
  await chmod(dir, 0o711);
  const servers = new NameServers({ platformId: 'nh', upstreams: ['192.0.2.53'] }, dir);
  t.after(async () => {
    servers.stop();
    await rm(dir, { recursive: true, force: true });
  });
  for (let ordinal = 1; ordinal <= PROJECTS; ordinal++) {
    const subnet = subnetOf(range, 24, ordinal);
    await servers.ensure(subnet);
    await servers.publish(subnet, ['web.shop.svc.cluster.local']);
    // It has read them when it says so, and one that a signal ended never does.
    await until(`name server ${ordinal} reads its names`, async () => {
      assert.ok(findRecordedProcess(join(dir, `${ordinal}/dnsmasq.json`)), `name server ${ordinal} ended`);
      return /read .*names - 1 names$/m.test(await readFile(join(dir, `${ordinal}/dnsmasq.log`), 'utf8'));
    });
  }
});
