/**
 * Signs a person in with the platform's log-in provider, from a terminal (RFC 8628): the provider gives a code, the
 * person enters it in a browser anywhere, and here it is asked until that is done. What comes back is a token that the
 * API takes. Uses `fetch` alone, as the client does.
 */

export const SIGN_IN_FAILURES = ['no_provider', 'provider', 'denied', 'expired'] as const;
/** `no_provider`: the platform has none. `provider`: it does not do what it should. `denied`, `expired`: the person did not. */
export type SignInFailureReason = (typeof SIGN_IN_FAILURES)[number];

export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
  readonly reason: SignInFailureReason;

  constructor(reason: SignInFailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** What the person is asked to do. */
export interface SignInPrompt {
  readonly address: string;
  readonly code: string;
  /** With the code in it, where the provider offers that. */
  readonly completeAddress?: string;
}

export interface DeviceSignInOptions {
  /** Of the platform, with or without the `/v2` at its end. */
  readonly baseUrl: string;
  readonly onPrompt: (prompt: SignInPrompt) => void;
  readonly signal?: AbortSignal;
  readonly wait?: (ms: number) => Promise<void>;
}

const ANSWER_MS_MAX = 30_000;
/** What RFC 8628 has when the provider names no interval, and what it adds when the provider asks to slow down. */
const INTERVAL_S_DEFAULT = 5;
const SLOW_DOWN_S = 5;
/** However long the provider would wait. */
const WAIT_S_MAX = 30 * 60;
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

type Json = Readonly<Record<string, unknown>>;

interface Provider {
  readonly clientId: string;
  /** Whom an access token must be meant for; without it the identity token is sent, which is meant for the client. */
  readonly audience: string | undefined;
  readonly deviceEndpoint: string;
  readonly tokenEndpoint: string;
}

export async function signInByDevice(options: DeviceSignInOptions): Promise<string> {
  const provider = await findProvider(options);
  const resource: Record<string, string> = provider.audience === undefined ? {} : { resource: provider.audience };
  const started = await postForm(provider.deviceEndpoint, options, {
    client_id: provider.clientId,
    scope: 'openid email profile',
    ...resource,
  });
  if (!started.ok) throw broken(`it refused to begin (${textOf(started.body, 'error') ?? 'without a reason'})`);
  const code = textOf(started.body, 'device_code');
  const [address, userCode] = [textOf(started.body, 'verification_uri'), textOf(started.body, 'user_code')];
  if (code === undefined || address === undefined || userCode === undefined) throw broken('it gave no code');
  const completeAddress = textOf(started.body, 'verification_uri_complete');
  options.onPrompt({ address, code: userCode, ...(completeAddress !== undefined && { completeAddress }) });
  const times = { intervalS: numberOf(started.body, 'interval'), lifetimeS: numberOf(started.body, 'expires_in') };
  return await pollToken(provider, { code, ...times, ...options, resource });
}

async function findProvider(options: DeviceSignInOptions): Promise<Provider> {
  const origin = options.baseUrl.replace(/\/+$/, '').replace(/\/v2$/, '');
  const platform = await getJson(`${origin}/identity/.well-known/openid-configuration`, options);
  const known = platform['log_in_provider'] as Json | undefined;
  const [issuer, clientId] = [textOf(known, 'issuer'), textOf(known, 'client_id')];
  if (issuer === undefined || clientId === undefined) {
    throw new SignInFailure('no_provider', 'Cannot sign in: the platform has no log-in provider. Use an API key');
  }
  const found = await getJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, options);
  if (found['issuer'] !== issuer) throw broken('it is another issuer than the platform names');
  const deviceEndpoint = textOf(found, 'device_authorization_endpoint');
  const tokenEndpoint = textOf(found, 'token_endpoint');
  if (deviceEndpoint === undefined || tokenEndpoint === undefined) throw broken('it offers no sign-in for terminals');
  return { clientId, audience: textOf(known, 'audience'), deviceEndpoint, tokenEndpoint };
}

interface Polling extends DeviceSignInOptions {
  readonly code: string;
  readonly intervalS: number | undefined;
  readonly lifetimeS: number | undefined;
  readonly resource: Readonly<Record<string, string>>;
}

async function pollToken({ audience, clientId, tokenEndpoint }: Provider, polling: Polling): Promise<string> {
  const { code, resource, wait = delay, signal } = polling;
  let intervalS = polling.intervalS ?? INTERVAL_S_DEFAULT;
  const lifetimeS = Math.min(polling.lifetimeS ?? WAIT_S_MAX, WAIT_S_MAX);
  for (let waitedS = 0; waitedS < lifetimeS; waitedS += Math.max(intervalS, 1)) {
    await wait(intervalS * 1000);
    signal?.throwIfAborted();
    const form = { grant_type: DEVICE_GRANT, device_code: code, client_id: clientId, ...resource };
    const { ok, body } = await postForm(tokenEndpoint, polling, form);
    const token = textOf(body, audience === undefined ? 'id_token' : 'access_token');
    if (ok && token !== undefined) return token;
    const error = textOf(body, 'error');
    if (error === 'slow_down') intervalS += SLOW_DOWN_S;
    else if (error === 'access_denied')
      throw new SignInFailure('denied', 'Cannot sign in: it was refused in the browser');
    else if (error === 'expired_token') break;
    else if (error !== 'authorization_pending') throw broken(`it gave no token (${error ?? 'without a reason'})`);
  }
  throw new SignInFailure('expired', 'Cannot sign in: the code was not entered in time. Begin again');
}

async function getJson(url: string, { signal }: DeviceSignInOptions): Promise<Json> {
  return (await request(url, { ...(signal && { signal }) })).body;
}

function postForm(
  url: string,
  { signal }: DeviceSignInOptions,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly ok: boolean; readonly body: Json }> {
  return request(url, { method: 'POST', body: new URLSearchParams(form), ...(signal && { signal }) });
}

async function request(url: string, init: RequestInit): Promise<{ readonly ok: boolean; readonly body: Json }> {
  const deadline = AbortSignal.timeout(ANSWER_MS_MAX);
  const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  try {
    const response = await fetch(url, { ...init, signal, redirect: 'error', headers: { accept: 'application/json' } });
    return { ok: response.ok, body: ((await response.json()) as Json | null) ?? {} };
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw broken(`${new URL(url).host} gave no answer that can be read`, error);
  }
}

function broken(state: string, cause?: unknown): SignInFailure {
  const message = `Cannot sign in with the log-in provider: ${state}. Ask who runs the platform, or use an API key`;
  return new SignInFailure('provider', message, { cause });
}

function textOf(body: Json | undefined, name: string): string | undefined {
  const value = body?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(body: Json, name: string): number | undefined {
  const value = body[name];
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
