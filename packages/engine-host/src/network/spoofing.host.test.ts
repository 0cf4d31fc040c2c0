/**
 * An instance's addresses are its identity, so nobody may send with those of another. The attacker here has more than an
 * instance has: root of the machine acts inside of its network namespace.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProcess } from '@slipway/process';
import type { InstanceRecord } from '../instance/instance-record.ts';
import type { Instance } from '../instance/instance-runtime.ts';
import { keyOf } from '../instance/machine-layout.ts';
import { ask, ORACLE } from '../testing/oracle.ts';
import { openRuntimeBed, requestFor, until, type RuntimeBed } from '../testing/runtime-bed.ts';
import { hardwareAddress, parseAddress } from './address-plan.ts';

const BED = { platformId: 'tsp', cidr: '10.207.0.0/17', userBase: 1_200_000_000 } as const;
const PORT = 5000;
const signal = new AbortController().signal;

async function startNamed(bed: RuntimeBed, name: string): Promise<Instance> {
  const instance = await bed.runtime.start(requestFor('shop', name, { arguments: [ORACLE] }), signal);
  assert.equal(await ask(instance, '1'), 1);
  return instance;
}

/** Programs of the machine, in the network namespace of an instance. */
function insideOf(bed: RuntimeBed, { instanceName }: Instance) {
  const path = join(bed.config.runDir, 'i', keyOf(instanceName), 'record.json');
  const { processes } = JSON.parse(readFileSync(path, 'utf8')) as InstanceRecord;
  const network = `--net=/proc/${processes?.container.pid}/ns/net`;
  return {
    ip: (command: string) => runProcess(['nsenter', network, 'ip', ...command.split(' ')]),
    send: (text: string, from: string, to: string) => {
      const script = `const s = require('dgram').createSocket('udp4');
        s.bind(0, '${from}', () => s.send('${text}', ${PORT}, '${to}', () => s.close()))`;
      return runProcess(['nsenter', network, process.execPath, '-e', script]);
    },
  };
}

const hardwareOf = ({ address }: Instance) => hardwareAddress(parseAddress(address));

test('whatever an instance does to its network, nothing of it passes under the addresses of another', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'shop', subdomain: 'shop' });
  const [receiver, victim, attacker] = [
    await startNamed(bed, 'web-00001-first'),
    await startNamed(bed, 'web-00001-secnd'),
    await startNamed(bed, 'web-00001-third'),
  ];
  const listen = `new Promise((done) => {
    globalThis.heard = [];
    const socket = require('dgram').createSocket('udp4');
    socket.on('message', (text, from) => heard.push(text + ' from ' + from.address));
    socket.bind(${PORT}, () => done('listens'));
  })`;
  assert.equal(await ask(receiver, listen), 'listens');
  const heard = (text: string) =>
    until(`"${text}" is heard`, async () => {
      const lines = (await ask(receiver, 'heard')) as string[];
      return lines.some((line) => line.startsWith(text)) ? lines : undefined;
    });
  const { ip, send } = insideOf(bed, attacker);
  const own = attacker.address;
  // A frame goes out at once, without a question that could be dropped in its place.
  const knowsReceiver = () => ip(`neigh replace ${receiver.address} lladdr ${hardwareOf(receiver)} dev eth0`);
  await knowsReceiver();
  await send('honest', own, receiver.address);
  assert.deepEqual(await heard('honest'), [`honest from ${own}`]);

  await ip(`addr add ${victim.address}/24 dev eth0`);
  await send('another address', victim.address, receiver.address);
  await ip(`neigh del ${receiver.address} dev eth0`);
  await send('another address, and asks who is there', victim.address, receiver.address);
  await ip(`addr del ${victim.address}/24 dev eth0`);

  await ip(`link set eth0 address ${hardwareOf(victim)}`);
  await knowsReceiver();
  await send('another card', own, receiver.address);
  await ip(`addr add ${victim.address}/24 dev eth0`);
  await send('another card and address', victim.address, receiver.address);
  await ip(`addr del ${victim.address}/24 dev eth0`);
  await ip(`link set eth0 address ${hardwareOf(attacker)}`);

  await ip('addr add 10.207.0.77/24 dev eth0');
  await knowsReceiver();
  await send('an address of nobody', '10.207.0.77', receiver.address);
  await ip('addr del 10.207.0.77/24 dev eth0');

  await knowsReceiver();
  await send('honest again', own, receiver.address);
  assert.deepEqual(await heard('honest again'), [`honest from ${own}`, `honest again from ${own}`]);
  assert.equal(await ask(victim, '2'), 2, 'the machine still finds the one that was attacked');
  const known = String(await ask(receiver, `require('fs').readFileSync('/proc/net/arp', 'utf8')`));
  const claimed = known.split('\n').filter((line) => line.includes(hardwareOf(attacker)));
  assert.deepEqual(
    claimed.filter((line) => !line.startsWith(`${own} `)),
    [],
  );
});

test('a daemon that starts anew, and one whose rules were removed, let pass who runs and nobody else', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'shop', subdomain: 'shop' });
  const instance = await startNamed(bed, 'web-00001-first');
  await bed.runtime.close();
  await bed.reopen().adopt();
  assert.equal(await ask(instance, '1'), 1);
  const table = ['bridge', `slipway_${BED.platformId}`] as const;
  await runProcess(['nft', 'delete', 'table', ...table]);
  const rules = await until('the rules are back', async () => {
    const { exitCode, stdout } = await runProcess(['nft', 'list', 'table', ...table], { allowExitCodes: [0, 1] });
    return exitCode === 0 ? stdout : undefined;
  });
  assert.match(rules, new RegExp(`${hardwareOf(instance)} \\. ${instance.address.replaceAll('.', '\\.')}`));
  assert.equal(await ask(instance, '2'), 2);
  await bed.runtime.stop(instance.instanceName, 0);
  await until('its addresses are let go', async () => {
    const { stdout } = await runProcess(['nft', 'list', 'table', ...table]);
    return stdout.includes(`. ${instance.address} `) || stdout.includes(`. ${instance.address},`) ? undefined : true;
  });
});
