/** What one may want to do after a command that worked, ready to be copied; three at most. Pure. */

type Next = (name: string) => readonly string[];

const app: Next = (name) => [
  `slipway open ${name}`,
  `slipway app logs --name ${name} --follow`,
  `slipway app get --name ${name}`,
];
const job: Next = (name) => [`slipway jobrun submit --job ${name}`, `slipway job get --name ${name}`];
const fn: Next = (name) => [
  `slipway function get --name ${name}`,
  `slipway function update --name ${name} --inline-code FILE`,
];
const build: Next = (name) => [
  `slipway buildrun submit --build ${name} --source FOLDER`,
  `slipway build get --name ${name}`,
];
const jobRun: Next = (name) => [`slipway jobrun get --name ${name}`, 'slipway jobrun list'];
const subscription =
  (type: string): Next =>
  (name) => [`slipway subscription ${type} get --name ${name}`, 'slipway app logs --name APP --follow'];

const NEXT: Readonly<Record<string, Next>> = {
  'app create': app,
  'app update': app,
  'app restart': app,
  'job create': job,
  'job update': job,
  'jobrun submit': jobRun,
  'jobrun resubmit': jobRun,
  'function create': fn,
  'function update': fn,
  'build create': build,
  'build update': build,
  'buildrun submit': (name) => [`slipway buildrun logs --name ${name} --follow`, `slipway buildrun get --name ${name}`],
  'configmap create': (name) => [
    `slipway app update --name APP --env-from-configmap ${name}`,
    `slipway app update --name APP --mount-configmap /etc/settings=${name}`,
  ],
  'secret create': (name) => [
    `slipway app update --name APP --env-from-secret ${name}`,
    `slipway app update --name APP --mount-secret /etc/secrets=${name}`,
  ],
  'registry create': (name) => [`slipway app create --name APP --image IMAGE --registry-secret ${name}`],
  'domainmapping create': (name) => [`slipway domainmapping get --name ${name}`],
  'subscription cron create': subscription('cron'),
  'subscription kafka create': subscription('kafka'),
  'subscription cos create': subscription('cos'),
  'project create': () => ['slipway deploy FOLDER', 'slipway project current'],
  'project select': () => ['slipway app list', 'slipway deploy FOLDER'],
  up: () => ['slipway deploy FOLDER', 'slipway status'],
};

/** None for a command that needs none, or whose name the platform chose. */
export function nextCommands(words: string, name: unknown): readonly string[] {
  const isNamed = typeof name === 'string';
  const next = NEXT[words]?.(isNamed ? name : '') ?? [];
  return isNamed || !NEXT[words]?.('\0').some((line) => line.includes('\0')) ? next : [];
}
