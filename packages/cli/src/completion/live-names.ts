/** Which names an option or an operand takes: by its spelling, and `--name` by the group of its command. Pure. */
import type { ListedKind } from '../resource-names.ts';

export type NameKind = ListedKind | 'project' | 'revision';

const BY_GROUP: Readonly<Record<string, NameKind>> = {
  app: 'app',
  revision: 'revision',
  job: 'job',
  jobrun: 'job run',
  function: 'function',
  build: 'build',
  buildrun: 'build run',
  configmap: 'config map',
  secret: 'secret',
  registry: 'secret',
  repo: 'secret',
  domainmapping: 'domain mapping',
  persistentdatastore: 'persistent data store',
  'connectivity outbound': 'allowed outbound destination',
  'subscription cron': 'subscription',
  'subscription kafka': 'subscription',
  'subscription cos': 'subscription',
  project: 'project',
  quota: 'project',
  open: 'app',
};

const BY_SPELLING: Readonly<Record<string, NameKind>> = {
  '--application': 'app',
  '--job': 'job',
  '--jobrun': 'job run',
  '--build': 'build',
  '--buildrun': 'build run',
  '--configmap': 'config map',
  '--revision': 'revision',
  '--project': 'project',
  '--destination': 'app',
  '--registry-secret': 'secret',
  '--secret': 'secret',
  '--service-secret': 'secret',
  '--tls-secret': 'secret',
  '--git-repo-secret': 'secret',
  '--env-from-secret': 'secret',
  '--env-from-configmap': 'config map',
  '--access-secret': 'secret',
};

/** These make something: its name is not there yet. */
const MAKING_VERBS: ReadonlySet<string> = new Set(['create', 'submit', 'resubmit']);

export function nameKindOf(words: readonly string[], spellings: readonly string[]): NameKind | undefined {
  const known = spellings.map((name) => BY_SPELLING[name]).find((kind) => kind !== undefined);
  if (known !== undefined) return known;
  if (!spellings.includes('--name') || MAKING_VERBS.has(words.at(-1) ?? '')) return undefined;
  return BY_GROUP[words.slice(0, -1).join(' ')] ?? BY_GROUP[words.join(' ')];
}
