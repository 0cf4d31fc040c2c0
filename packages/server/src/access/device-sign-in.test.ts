/** Signing in from a terminal: the client's part of it, a real provider with its pages, and the platform that trusts it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SignInFailure, signInByDevice, type DeviceSignInOptions } from '@slipway/client';
import { enterCode, SIGN_IN_CLIENT, startLogInProvider } from '../testing/log-in-provider.ts';
import { startRealControl } from '../testing/real-control.ts';
import { oidcUserId } from './oidc-verifier.ts';

const USERS = { anna: { email: 'anna@example.com', groups: ['staff'] } };
const ROLES = { staff: { platform: 'viewer' } } as const;

/** Enters the code while the terminal waits for the first time; `waits` counts how often it did. */
function personAt(user: string) {
  let [address, entered]: [string, Promise<string> | undefined] = ['', undefined];
  const waits: number[] = [];
  const options = {
    onPrompt: ({ completeAddress, code }) => {
      assert.match(code, /^[A-Z]{4}-[A-Z]{4}$/);
      address = completeAddress ?? '';
    },
    wait: async (ms) => {
      waits.push(ms);
      // The first question is too early, the second comes after the person is done.
      if (waits.length > 1) await (entered ??= enterCode(address, user));
    },
  } satisfies Omit<DeviceSignInOptions, 'baseUrl'>;
  return { options, waits };
}

for (const audience of [undefined, 'https://slipway.example.com']) {
  const kind = audience === undefined ? 'an identity token' : 'an access token for the audience';
  test(`a person signs in from a terminal with a code, and is known by ${kind}`, async (t) => {
    const { issuer } = await startLogInProvider(t, USERS);
    const oidc = { issuer, clientId: SIGN_IN_CLIENT, roles: ROLES, ...(audience !== undefined && { audience }) };
    const platform = await startRealControl(t, { oidc });
    const { options, waits } = personAt('anna');
    const token = await signInByDevice({ baseUrl: `${platform.origin}/v2/`, ...options });
    const { id, name, platform_role: role } = await platform.clientWith(token).getCaller();
    assert.deepEqual([id, name, role], [oidcUserId(issuer, 'anna'), 'anna@example.com', 'viewer']);
    assert.equal(waits.length, 2);
  });
}

test('a platform without a provider, and a person who never comes, are told apart', async (t) => {
  const none = await startRealControl(t);
  const { options } = personAt('anna');
  const isBecause = (reason: string) => (error: unknown) => error instanceof SignInFailure && error.reason === reason;
  await assert.rejects(signInByDevice({ baseUrl: none.origin, ...options }), isBecause('no_provider'));

  const provider = await startLogInProvider(t, USERS);
  const platform = await startRealControl(t, { oidc: { issuer: provider.issuer, clientId: SIGN_IN_CLIENT } });
  let waitedMs = 0;
  const patient = { ...options, wait: async (ms: number) => void (waitedMs += ms) };
  await assert.rejects(signInByDevice({ baseUrl: platform.origin, ...patient }), isBecause('expired'));
  assert.ok(waitedMs >= 60_000);
  await provider.stop();
  await assert.rejects(signInByDevice({ baseUrl: platform.origin, ...options }), isBecause('provider'));
});
