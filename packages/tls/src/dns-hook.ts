/**
 * The operator's program that answers DNS-01 challenges: `HOOK present NAME VALUE` makes a TXT record and returns when the
 * world sees it, `HOOK cleanup NAME VALUE` removes it. Exit code 0 is success; what it prints on standard error is the
 * reason otherwise. It gets none of the daemon's environment but what programs need to be found.
 */
import { ProcessFailure, runProcess } from '@slipway/process';

export interface DnsRecord {
  /** `_acme-challenge.apps.example.com` */
  readonly name: string;
  readonly value: string;
}

/** Until a change of the DNS is seen everywhere. */
const HOOK_TIMEOUT_MS = 5 * 60_000;

export async function runDnsHook(hook: string, act: 'present' | 'cleanup', { name, value }: DnsRecord): Promise<void> {
  const { HOME = '/', PATH = '/usr/sbin:/usr/bin:/sbin:/bin' } = process.env;
  try {
    await runProcess([hook, act, name, value], { timeoutMs: HOOK_TIMEOUT_MS, env: { HOME, PATH }, cwd: '/' });
  } catch (cause) {
    const said = cause instanceof ProcessFailure ? cause.stderr.trim().split('\n').at(-1) : '';
    const reason = said === undefined || said === '' ? '' : `: ${said}`;
    throw new Error(`The DNS hook cannot ${act} ${name}${reason}`, { cause });
  }
}
