/**
 * A secret keeps a key and the hosts it may be shown to. The API has no field for a host alone, so `--host` is held
 * against the file of known hosts: a key for one host with the lines of another would never work.
 */
import { UsageFault } from '../usage-fault.ts';

/** Host names may be hashed (`|1|…`): such a line can be any host. */
export function checkKnownHost(host: string | undefined, knownHosts: string | undefined): void {
  if (host === undefined || knownHosts === undefined) return;
  const names = knownHosts.split(/\r?\n/).flatMap((line) => hostNamesOf(line));
  if (names.some((name) => name.startsWith('|') || matchesHost(name, host))) return;
  throw new UsageFault(`Cannot use --host "${host}": the file of known hosts has no line for it`, [
    `Add its key: ssh-keyscan ${host} >> FILE`,
  ]);
}

function hostNamesOf(line: string): readonly string[] {
  const words = line.trim().split(/\s+/);
  const [first = ''] = words;
  if (first === '' || first.startsWith('#')) return [];
  // A marker such as @cert-authority stands before the names.
  return (first.startsWith('@') ? (words[1] ?? '') : first).split(',');
}

/** `[github.com]:443` is github.com at a port of its own, `*.example.com` any host below. */
function matchesHost(name: string, host: string): boolean {
  const bare = /^\[([^\]]+)\](:\d+)?$/.exec(name)?.[1] ?? name;
  if (!bare.startsWith('*.')) return bare === host;
  return host.endsWith(bare.slice(1));
}
