/**
 * Certificates of a public authority over ACME (RFC 8555). A domain is proved by HTTP-01, which the edge answers; a
 * wildcard by DNS-01, which a program of the operator answers. The protocol is a library's; what is ours is where the
 * answers go, that every order ends, and that a failure is one sentence.
 */
import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { Authorization } from 'acme-client';
import { runDnsHook } from './dns-hook.ts';
import type { IssuedCertificate } from './issued-certificate.ts';

export interface AcmeOptions {
  readonly directory: string;
  readonly email: string;
  readonly accountKey: () => Promise<string>;
  /** For the authority's own HTTPS, beside the usual ones. */
  readonly caPem?: string;
  /** What is answered to who asks for the token over HTTP, until it is taken back. */
  readonly answerChallenge: (token: string, answer: string) => Promise<() => Promise<void>>;
  readonly dnsHook?: string;
}

export interface AcmeIssuer {
  /** Rejects with a sentence for the owner of the domain. */
  order(hosts: readonly string[], signal: AbortSignal): Promise<IssuedCertificate>;
}

/** Changes of the DNS take minutes at many providers; the hook has a bound of its own. */
const ORDER_TIMEOUT_MS = 10 * 60_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Looks at an order or a challenge that is being worked on: 10 in about a minute and a half. */
const POLLS = { backoffAttempts: 10, backoffMin: 1_000, backoffMax: 15_000 } as const;
const SENTENCE_LENGTH_MAX = 300;
const TOO_LATE = `The authority did not give it within ${ORDER_TIMEOUT_MS / 60_000} minutes`;
const HTTP_CHALLENGE = 'http-01';
const DNS_CHALLENGE = 'dns-01';

/** Loaded with the first order: a platform without a public authority does not carry it. */
async function loadLibrary({ caPem }: AcmeOptions) {
  const { default: acme } = await import('acme-client');
  acme.axios.defaults.timeout = REQUEST_TIMEOUT_MS;
  // Who orders comes again by itself, after longer pauses.
  Object.assign(acme.axios.defaults, { acmeSettings: { retryMaxAttempts: 1, retryDefaultDelay: 1 } });
  if (caPem !== undefined) acme.axios.defaults.httpsAgent = new Agent({ ca: [...rootCertificates, caPem] });
  return acme;
}

/** ECDSA P-256, in PEM. */
export async function makeAccountKey(): Promise<string> {
  const { default: acme } = await import('acme-client');
  return (await acme.crypto.createPrivateEcdsaKey()).toString();
}

export function createAcmeIssuer(options: AcmeOptions): AcmeIssuer {
  return {
    async order(hosts, signal) {
      const timeout = AbortSignal.timeout(ORDER_TIMEOUT_MS);
      const ended = AbortSignal.any([signal, timeout]);
      signal.throwIfAborted();
      const { promise: cut, reject } = Promise.withResolvers<never>();
      const onEnd = () => reject(timeout.aborted ? new Error(TOO_LATE) : (signal.reason as Error));
      ended.addEventListener('abort', onEnd, { once: true });
      try {
        // The library knows no signal: it is left behind, and its own waits end it.
        return await Promise.race([placeOrder(options, hosts), cut]);
      } catch (error) {
        throw new Error(sentenceOf(error), { cause: error });
      } finally {
        ended.removeEventListener('abort', onEnd);
      }
    },
  };
}

async function placeOrder(options: AcmeOptions, hosts: readonly string[]): Promise<IssuedCertificate> {
  const acme = await loadLibrary(options);
  const { directory: directoryUrl, email } = options;
  const client = new acme.Client({ directoryUrl, accountKey: await options.accountKey(), ...POLLS });
  const hasWildcard = hosts.some((host) => host.startsWith('*.'));
  const key = await acme.crypto.createPrivateEcdsaKey();
  const [, csr] = await acme.crypto.createCsr({ altNames: [...hosts] }, key);
  const answers = new Map<string, () => Promise<void>>();
  const chainPem = await client.auto({
    csr,
    email,
    termsOfServiceAgreed: true,
    // Only the authority sees the domain as the world does.
    skipChallengeVerification: true,
    challengePriority: [hasWildcard ? DNS_CHALLENGE : HTTP_CHALLENGE],
    async challengeCreateFn(authorization, challenge, answer) {
      answers.set(challenge.url, await answerFor(options, authorization, { ...challenge, answer }));
    },
    async challengeRemoveFn(_authorization, challenge) {
      await answers.get(challenge.url)?.();
    },
  });
  const { validFrom, validTo } = new X509Certificate(chainPem);
  return { chainPem, keyPem: key.toString(), notBefore: new Date(validFrom), notAfter: new Date(validTo) };
}

interface Asked {
  readonly type: string;
  readonly token: string;
  readonly answer: string;
}

/** Gives the answer, and returns what takes it back. */
async function answerFor(
  { answerChallenge, dnsHook }: AcmeOptions,
  { identifier }: Authorization,
  { answer, token, type }: Asked,
): Promise<() => Promise<void>> {
  if (type === HTTP_CHALLENGE) return answerChallenge(token, answer);
  if (type !== DNS_CHALLENGE || dnsHook === undefined)
    throw new Error(`The authority offers no way to prove ${identifier.value}`);
  const record = { name: `_acme-challenge.${identifier.value}`, value: answer };
  await runDnsHook(dnsHook, 'present', record);
  return () => runDnsHook(dnsHook, 'cleanup', record);
}

/** One line of bounded length: what an authority says may quote what it found at the domain. */
function sentenceOf(error: unknown): string {
  // The library stumbles over the answer that did not come, and loses why.
  if (error instanceof TypeError) return 'The authority does not answer';
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, SENTENCE_LENGTH_MAX);
}
