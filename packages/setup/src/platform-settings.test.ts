import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSetting, PLATFORM_SETTINGS, readPlatformSettings, settingVariable } from './platform-settings.ts';

test('every setting has a flag and a variable of its own', () => {
  const flags = PLATFORM_SETTINGS.map((setting) => setting.flag);
  assert.ok(flags.includes('--api-port') && flags.includes('--uid-base'));
  assert.equal(new Set(flags).size, flags.length);
  const apiPort = PLATFORM_SETTINGS.find((setting) => setting.flag === '--api-port');
  assert.equal(apiPort && settingVariable(apiPort), 'SLIPWAY_API_PORT');
});

test('readPlatformSettings() takes a flag before the variable, and names what is wrong', () => {
  const env = { SLIPWAY_API_PORT: '9000', SLIPWAY_DOMAIN: 'apps.example.com' };
  assert.deepEqual(readPlatformSettings({ apiPort: '9001' }, env), { apiPort: 9001, domain: 'apps.example.com' });
  assert.throws(() => readPlatformSettings({ apiPort: '99999' }, {}), /--api-port "99999": it must be a number/);
  assert.throws(() => readPlatformSettings({}, { SLIPWAY_NETWORK: '8.8.8.0/24' }), /SLIPWAY_NETWORK "8.8.8.0\/24"/);
});

test('parseSetting() takes good values only', () => {
  const good = [
    ['path', '/var/x/', '/var/x'],
    ['address', '0.0.0.0', '0.0.0.0'],
    ['port', '80', 80],
    ['domain', 'localhost', 'localhost'],
    ['cidr', '10.208.0.0/12', '10.208.0.0/12'],
    ['count', '256', 256],
    ['size', '20G', 20e9],
    ['size', '1500M', 1.5e9],
    ['size', '2000000000', 2e9],
    ['span', '0', 0],
    ['cores', '8', 8000],
    ['cores', '1.5', 1500],
    ['span', '90s', 90_000],
    ['span', '7d', 7 * 24 * 3_600_000],
  ] as const;
  for (const [kind, text, value] of good) assert.equal(parseSetting(kind, text), value);
  const bad = [
    ['path', 'relative'],
    ['address', 'localhost'],
    ['port', '0'],
    ['port', '8e3'],
    ['domain', '-a'],
    ['domain', 'A.b'],
    ['cidr', '10.0.0.0/30'],
    ['cidr', '192.0.2.0/16'],
    ['count', '0'],
    ['size', '999M'],
    ['size', '20GB'],
    ['size', '1.5G'],
    ['span', '7'],
    ['cores', '0'],
    ['cores', '1.2345'],
    ['cores', '2e3'],
    ['span', '1w'],
    ['span', '-1d'],
  ] as const;
  for (const [kind, text] of bad) assert.equal(parseSetting(kind, text), undefined, `${kind} ${text}`);
});
