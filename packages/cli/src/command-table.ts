/**
 * Every command by its words, its one-line summary, and where it is. A command is loaded only when it is run: `slipway
 * version` reads three small files.
 */
import type { Command } from './command.ts';

export interface CommandEntry {
  /** `deploy`, `app create`, `connectivity outbound create`. */
  readonly words: readonly [string, ...string[]];
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Spellings of a group; of a group inside a group those of its last word. */
export const GROUP_ALIASES: Readonly<Record<string, readonly string[]>> = {
  app: ['app', 'application'],
  traffic: ['traffic'],
  mesh: ['mesh'],
  revision: ['revision', 'rev'],
  job: ['job'],
  jobrun: ['jobrun', 'jr'],
  function: ['function', 'fn'],
  build: ['build', 'bd', 'b'],
  buildrun: ['buildrun', 'br'],
  configmap: ['configmap', 'cm'],
  secret: ['secret'],
  registry: ['registry'],
  repo: ['repo'],
  domainmapping: ['domainmapping', 'dm'],
  persistentdatastore: ['persistentdatastore', 'pds'],
  connectivity: ['connectivity', 'conn'],
  'connectivity outbound': ['outbound'],
  'connectivity subnetpool': ['subnetpool'],
  fleet: ['fleet'],
  'fleet task': ['task'],
  'fleet worker': ['worker'],
  subscription: ['subscription', 'sub'],
  'subscription cron': ['cron'],
  'subscription kafka': ['kafka'],
  'subscription cos': ['cos'],
  project: ['project', 'proj'],
  quota: ['quota'],
  inbound: ['inbound'],
  reclamation: ['reclamation', 'recl'],
  member: ['member'],
  apikey: ['apikey', 'api-key'],
  context: ['context', 'ctx'],
  platform: ['platform'],
  beta: ['beta'],
  experimental: ['experimental', 'exp'],
};

export const GROUP_SUMMARIES: Readonly<Record<string, string>> = {
  app: 'Run and change applications',
  traffic: 'Say which revisions get how many requests',
  mesh: 'Say who calls an application inside its project, and what failures mean',
  revision: 'Look at the revisions of applications',
  job: 'Keep what runs to its end',
  jobrun: 'Run jobs',
  function: 'Run code without an image',
  build: 'Keep recipes that make images',
  buildrun: 'Run builds',
  configmap: 'Keep settings outside of images',
  secret: 'Keep passwords, keys and certificates',
  registry: 'Keep logins of image registries',
  repo: 'Keep keys of git repositories',
  domainmapping: 'Lead domains to applications and functions',
  persistentdatastore: 'Keep buckets that instances mount',
  connectivity: 'Say what a project reaches',
  'connectivity outbound': 'Keep the destinations that a project may reach',
  'connectivity subnetpool': 'Keep the subnets of fleets',
  fleet: 'Run many tasks on workers of their own',
  'fleet task': 'Look at the tasks of a fleet',
  'fleet worker': 'Look at the workers of a fleet',
  subscription: 'Keep what events are for whom',
  'subscription cron': 'Keep timers',
  'subscription kafka': 'Keep topics that are listened to',
  'subscription cos': 'Keep buckets that are watched',
  project: 'Keep applications apart',
  quota: 'Say how much a project may have',
  inbound: 'Say whose requests the apps of a project answer',
  reclamation: 'Look at deleted projects that can be restored',
  member: 'Say who may do what',
  apikey: 'Keep keys for people and programs',
  context: 'Say which platform commands speak to',
  platform: 'Operate the platform',
  beta: 'Commands that are tried out; there are none',
  experimental: 'Commands that may go again; there are none',
};

/** Short spellings of commands that are in no group. */
export const COMMAND_ALIASES: Readonly<Record<string, string>> = {
  v: 'version',
  '--version': 'version',
  '-V': 'version',
};

export const COMMANDS: readonly CommandEntry[] = [
  entry('deploy', 'Build a folder and run it as an application', () => import('./deploy/deploy.ts')),
  entry('rollback', 'Lead all requests to a revision that served before', () => import('./traffic/rollback.ts')),
  entry('apply', 'Make a project what a declaration says', () => import('./declare/apply.ts')),
  entry('diff', 'Show what apply would change, and end with 1 when it would', () => import('./declare/diff.ts')),
  entry('export', 'Show a project as a declaration', () => import('./declare/export.ts')),
  entry('schema', 'Show what a declaration may hold, for editors', () => import('./declare/schema.ts')),
  entry('up', 'Start the platform on this machine', () => import('./platform/up.ts')),
  entry('down', 'Stop the platform; --purge removes it', () => import('./platform/down.ts')),
  entry('status', 'Show what of the platform runs', () => import('./platform/status.ts')),
  entry('usage', 'Show what ran for how long', () => import('./usage/usage.ts')),
  entry('edges', 'Show who calls which application, and how that goes', () => import('./edges/edges.ts')),
  entry('audit', 'Show who did what', () => import('./audit/audit.ts')),
  entry('doctor', 'Check this machine and say what is missing', () => import('./platform/doctor.ts')),
  entry('trust', 'Have this machine trust the certificates of the platform', () => import('./platform/trust.ts')),
  entry('untrust', 'Take back what "trust" did', () => import('./platform/untrust.ts')),
  entry('login', 'Log in to a platform elsewhere', () => import('./login/login.ts')),
  entry('logout', 'Forget a log-in', () => import('./login/logout.ts')),
  entry('whoami', 'Show who you are to the platform, and your roles', () => import('./platform/whoami.ts')),
  entry('completion', 'Complete words on the tab key in bash, zsh or fish', () => import('./completion/completion.ts')),
  entry('open', 'Show the URL of an application, and open it in a browser', () => import('./app/open.ts')),
  entry('version', 'Show the version', () => import('./platform/version.ts')),

  entry('platform rotate-keys', 'Store every secret with a new key', () => import('./platform/rotate-keys.ts')),

  entry('app create', 'Create an application', () => import('./app/create.ts')),
  entry('app get', 'Show an application', () => import('./app/get.ts')),
  entry('app list', 'List applications', () => import('./app/list.ts')),
  entry('app update', 'Change an application', () => import('./app/update.ts')),
  entry('app delete', 'Delete an application', () => import('./app/delete.ts')),
  entry('app restart', 'Replace the instances of an application', () => import('./app/restart.ts')),
  entry('app logs', 'Show what an application printed', () => import('./app/logs.ts')),
  entry('app bind', 'Give an application the credentials of a service', async () => ({
    command: (await import('./binding/bind.ts')).bindCommand('app'),
  })),
  entry('app unbind', 'Take the credentials of a service from an application', async () => ({
    command: (await import('./binding/unbind.ts')).unbindCommand('app'),
  })),
  entry('app events', 'Show what happened to an application', () => import('./app/events.ts')),

  entry('mesh get', 'Show who may call an application, and what failures mean', () => import('./mesh/get.ts')),
  entry('mesh set', 'Say who may call an application, and what failures mean', () => import('./mesh/set.ts')),
  entry('traffic get', 'Show which revisions get how many requests', () => import('./traffic/get.ts')),
  entry('traffic set', 'Share the requests of an application out', () => import('./traffic/set.ts')),

  entry('revision list', 'List revisions', () => import('./revision/list.ts')),
  entry('revision get', 'Show a revision', () => import('./revision/get.ts')),
  entry('revision delete', 'Delete a revision', () => import('./revision/delete.ts')),
  entry('revision logs', 'Show what a revision printed', () => import('./revision/logs.ts')),
  entry('revision events', 'Show what happened to a revision', () => import('./revision/events.ts')),

  entry('job create', 'Create a job', () => import('./job/create.ts')),
  entry('job get', 'Show a job', () => import('./job/get.ts')),
  entry('job list', 'List jobs', () => import('./job/list.ts')),
  entry('job update', 'Change a job', () => import('./job/update.ts')),
  entry('job delete', 'Delete a job and its runs', () => import('./job/delete.ts')),
  entry('job bind', 'Give a job the credentials of a service', async () => ({
    command: (await import('./binding/bind.ts')).bindCommand('job'),
  })),
  entry('job unbind', 'Take the credentials of a service from a job', async () => ({
    command: (await import('./binding/unbind.ts')).unbindCommand('job'),
  })),

  entry('jobrun submit', 'Run a job', () => import('./jobrun/submit.ts')),
  entry('jobrun resubmit', 'Run again what a job run ran', () => import('./jobrun/resubmit.ts')),
  entry('jobrun get', 'Show a job run', () => import('./jobrun/get.ts')),
  entry('jobrun list', 'List job runs', () => import('./jobrun/list.ts')),
  entry('jobrun delete', 'Delete a job run, or all of a job', () => import('./jobrun/delete.ts')),
  entry('jobrun logs', 'Show what a job run printed', () => import('./jobrun/logs.ts')),
  entry('jobrun events', 'Show what happened to a job run', () => import('./jobrun/events.ts')),
  entry('jobrun restart', 'Replace the instances of a job run', () => import('./jobrun/restart.ts')),

  entry('function create', 'Create a function', () => import('./function/create.ts')),
  entry('function get', 'Show a function', () => import('./function/get.ts')),
  entry('function list', 'List functions', () => import('./function/list.ts')),
  entry('function update', 'Change a function', () => import('./function/update.ts')),
  entry('function delete', 'Delete a function', () => import('./function/delete.ts')),
  entry('function bind', 'Give a function the credentials of a service', async () => ({
    command: (await import('./binding/bind.ts')).bindCommand('function'),
  })),
  entry('function unbind', 'Take the credentials of a service from a function', async () => ({
    command: (await import('./binding/unbind.ts')).unbindCommand('function'),
  })),
  entry('function runtimes', 'List the runtimes of functions', () => import('./function/runtimes.ts')),

  entry('build create', 'Create a build', () => import('./build/create.ts')),
  entry('build get', 'Show a build', () => import('./build/get.ts')),
  entry('build list', 'List builds', () => import('./build/list.ts')),
  entry('build update', 'Change a build', () => import('./build/update.ts')),
  entry('build delete', 'Delete a build', () => import('./build/delete.ts')),

  entry('buildrun submit', 'Run a build', () => import('./buildrun/submit.ts')),
  entry('buildrun get', 'Show a build run', () => import('./buildrun/get.ts')),
  entry('buildrun list', 'List build runs', () => import('./buildrun/list.ts')),
  entry('buildrun logs', 'Show what a build run printed', () => import('./buildrun/logs.ts')),
  entry('buildrun cancel', 'Stop a build run', () => import('./buildrun/cancel.ts')),
  entry('buildrun events', 'Show the steps of a build run', () => import('./buildrun/events.ts')),
  entry('buildrun delete', 'Delete a build run, or all of a build', () => import('./buildrun/delete.ts')),

  entry('configmap create', 'Create a configmap', () => import('./configmap/create.ts')),
  entry('configmap get', 'Show a configmap', () => import('./configmap/get.ts')),
  entry('configmap list', 'List configmaps', () => import('./configmap/list.ts')),
  entry('configmap update', 'Change a configmap', () => import('./configmap/update.ts')),
  entry('configmap delete', 'Delete a configmap', () => import('./configmap/delete.ts')),

  entry('secret create', 'Create a secret', () => import('./secret/create.ts')),
  entry('secret get', 'Show a secret', () => import('./secret/get.ts')),
  entry('secret list', 'List secrets', () => import('./secret/list.ts')),
  entry('secret update', 'Change a secret', () => import('./secret/update.ts')),
  entry('secret delete', 'Delete a secret', () => import('./secret/delete.ts')),

  entry('registry create', 'Create the login of a registry', () => import('./registry/create.ts')),
  entry('registry get', 'Show the login of a registry', () => import('./registry/get.ts')),
  entry('registry list', 'List logins of registries', () => import('./registry/list.ts')),
  entry('registry update', 'Change the login of a registry', () => import('./registry/update.ts')),
  entry('registry delete', 'Delete the login of a registry', () => import('./registry/delete.ts')),

  entry('repo create', 'Create the key of a git repository', () => import('./repo/create.ts')),
  entry('repo get', 'Show the key of a git repository', () => import('./repo/get.ts')),
  entry('repo list', 'List keys of git repositories', () => import('./repo/list.ts')),
  entry('repo update', 'Change the key of a git repository', () => import('./repo/update.ts')),
  entry('repo delete', 'Delete the key of a git repository', () => import('./repo/delete.ts')),

  entry('domainmapping create', 'Create a domain mapping', () => import('./domainmapping/create.ts')),
  entry('domainmapping get', 'Show a domain mapping', () => import('./domainmapping/get.ts')),
  entry('domainmapping list', 'List domain mappings', () => import('./domainmapping/list.ts')),
  entry('domainmapping update', 'Change a domain mapping', () => import('./domainmapping/update.ts')),
  entry('domainmapping delete', 'Delete a domain mapping', () => import('./domainmapping/delete.ts')),

  entry(
    'persistentdatastore create',
    'Create a persistent data store',
    () => import('./persistentdatastore/create.ts'),
  ),
  entry('persistentdatastore get', 'Show a persistent data store', () => import('./persistentdatastore/get.ts')),
  entry('persistentdatastore list', 'List persistent data stores', () => import('./persistentdatastore/list.ts')),
  entry(
    'persistentdatastore delete',
    'Delete a persistent data store',
    () => import('./persistentdatastore/delete.ts'),
  ),

  entry(
    'connectivity outbound create',
    'Create an allowed outbound destination',
    () => import('./connectivity/outbound/create.ts'),
  ),
  entry(
    'connectivity outbound get',
    'Show an allowed outbound destination',
    () => import('./connectivity/outbound/get.ts'),
  ),
  entry(
    'connectivity outbound list',
    'List allowed outbound destinations',
    () => import('./connectivity/outbound/list.ts'),
  ),
  entry(
    'connectivity outbound update',
    'Change an allowed outbound destination',
    () => import('./connectivity/outbound/update.ts'),
  ),
  entry(
    'connectivity outbound delete',
    'Delete an allowed outbound destination',
    () => import('./connectivity/outbound/delete.ts'),
  ),

  entry('connectivity subnetpool create', 'Create a subnet pool', () => import('./connectivity/subnetpool/create.ts')),
  entry('connectivity subnetpool get', 'Show a subnet pool', () => import('./connectivity/subnetpool/get.ts')),
  entry('connectivity subnetpool list', 'List subnet pools', () => import('./connectivity/subnetpool/list.ts')),
  entry('connectivity subnetpool delete', 'Delete a subnet pool', () => import('./connectivity/subnetpool/delete.ts')),

  entry('fleet create', 'Create a fleet', () => import('./fleet/create.ts')),
  entry('fleet get', 'Show a fleet', () => import('./fleet/get.ts')),
  entry('fleet list', 'List fleets', () => import('./fleet/list.ts')),
  entry('fleet cancel', 'Stop a fleet', () => import('./fleet/cancel.ts')),
  entry('fleet delete', 'Delete a fleet', () => import('./fleet/delete.ts')),
  entry('fleet task get', 'Show a task of a fleet', () => import('./fleet/task/get.ts')),
  entry('fleet task list', 'List the tasks of a fleet', () => import('./fleet/task/list.ts')),
  entry('fleet worker get', 'Show a worker of a fleet', () => import('./fleet/worker/get.ts')),
  entry('fleet worker list', 'List the workers of a fleet', () => import('./fleet/worker/list.ts')),
  entry('fleet worker delete', 'Delete a worker of a fleet', () => import('./fleet/worker/delete.ts')),
  entry('fleet worker profiles', 'List the kinds of workers', () => import('./fleet/worker/profiles.ts')),
  entry('subscription cron create', 'Create a timer', () => import('./subscription/cron/create.ts')),
  entry('subscription cron update', 'Change a timer', () => import('./subscription/cron/update.ts')),
  ...subscriptionEntries('cron', 'timer'),
  entry('subscription kafka create', 'Create a subscription to topics', () => import('./subscription/kafka/create.ts')),
  entry('subscription kafka update', 'Change a subscription to topics', () => import('./subscription/kafka/update.ts')),
  ...subscriptionEntries('kafka', 'subscription to topics'),
  entry('subscription cos create', 'Create a subscription to a bucket', () => import('./subscription/cos/create.ts')),
  entry('subscription cos update', 'Change a subscription to a bucket', () => import('./subscription/cos/update.ts')),
  ...subscriptionEntries('cos', 'subscription to a bucket'),

  entry('project create', 'Create a project', () => import('./project/create.ts')),
  entry('project get', 'Show a project', () => import('./project/get.ts')),
  entry('project list', 'List projects', () => import('./project/list.ts')),
  entry('project delete', 'Delete a project and all it holds', () => import('./project/delete.ts')),
  entry('project restore', 'Restore a deleted project', () => import('./project/restore.ts')),
  entry('project update', 'Rename a project', () => import('./project/update.ts')),
  entry('project tag', 'Show, add and remove tags of a project', () => import('./project/tag.ts')),
  entry('project select', 'Choose the project of the next commands', () => import('./project/select.ts')),
  entry('project current', 'Show the chosen project', () => import('./project/current.ts')),

  entry('member add', 'Give a user a role', () => import('./member/add.ts')),
  entry('member list', 'List members and their roles', () => import('./member/list.ts')),
  entry('member remove', 'Take the role of a user back', () => import('./member/remove.ts')),

  entry('apikey create', 'Create an API key', () => import('./apikey/create.ts')),
  entry('apikey list', 'List API keys', () => import('./apikey/list.ts')),
  entry('apikey delete', 'Revoke an API key', () => import('./apikey/delete.ts')),

  entry('context list', 'List the platforms that you logged in to', () => import('./context/list.ts')),
  entry('context use', 'Choose the platform that commands speak to', () => import('./context/use.ts')),
  entry('context show', 'Show a context', () => import('./context/show.ts')),
  entry('context rename', 'Rename a context', () => import('./context/rename.ts')),
  entry('context delete', 'Forget a platform and its log-in', () => import('./context/delete.ts')),

  entry('reclamation list', 'List deleted projects', () => import('./reclamation/list.ts')),
  entry('reclamation get', 'Show a deleted project', () => import('./reclamation/get.ts')),
  entry('reclamation restore', 'Restore a deleted project', () => import('./reclamation/restore.ts')),
  entry('reclamation delete', 'Delete a project for good', () => import('./reclamation/delete.ts')),

  entry('inbound get', 'Show whose requests the apps of a project answer', () => import('./inbound/get.ts')),
  entry('inbound set', 'Say whose requests the apps of a project answer', () => import('./inbound/set.ts')),
  entry('quota get', 'Show the quotas of a project and what is used', () => import('./quota/get.ts')),
  entry('quota update', 'Raise or lower quotas of a project', () => import('./quota/update.ts')),
];

/** What is the same for every type. */
function subscriptionEntries(type: 'cron' | 'kafka' | 'cos', noun: string): readonly CommandEntry[] {
  const words = `subscription ${type}`;
  const plural = noun.replace(/^\w+/, '$&s');
  const load = async (file: Promise<{ readonly commandFor: (of: typeof type) => unknown }>) => ({
    command: (await file).commandFor(type),
  });
  return [
    entry(`${words} get`, `Show a ${noun}`, () => load(import('./subscription/get.ts'))),
    entry(`${words} list`, `List ${plural}`, () => load(import('./subscription/list.ts'))),
    entry(`${words} delete`, `Delete a ${noun}`, () => load(import('./subscription/delete.ts'))),
  ];
}

function entry(words: string, summary: string, load: () => Promise<{ readonly command: unknown }>): CommandEntry {
  const [first = '', ...others] = words.split(' ');
  return {
    words: [first, ...others],
    summary,
    // Each command knows its own table; seen from here they are all alike.
    load: async () => (await load()).command as Command,
  };
}

/** Known groups of the public command line whose commands are not there yet. */
export const UPCOMING_GROUPS: readonly string[] = [];

/** Known commands of groups that are there, not there yet themselves. */
export const UPCOMING_COMMANDS: readonly string[] = [];
