/**
 * Every command by its words, its one-line summary, and where it is. A command is loaded only when it is run: `slipway
 * version` reads three small files.
 */
import type { Command } from './command.ts';

export interface CommandEntry {
  /** `deploy`, `app create`, `subscription cron create`. */
  readonly words: readonly [string, ...string[]];
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Spellings of a group; of a group inside a group those of its last word. */
export const GROUP_ALIASES: Readonly<Record<string, readonly string[]>> = {
  app: ['app', 'application'],
  revision: ['revision', 'rev'],
  build: ['build', 'bd'],
  buildrun: ['buildrun', 'br'],
  configmap: ['configmap', 'cm'],
  secret: ['secret'],
  subscription: ['subscription', 'sub'],
  'subscription cron': ['cron'],
  'subscription kafka': ['kafka'],
  'subscription cos': ['cos'],
  project: ['project', 'proj'],
};

export const GROUP_SUMMARIES: Readonly<Record<string, string>> = {
  app: 'Run and change applications',
  revision: 'Look at the revisions of applications',
  build: 'Keep recipes that make images',
  buildrun: 'Run builds',
  configmap: 'Keep settings outside of images',
  secret: 'Keep passwords, keys and certificates',
  subscription: 'Keep what events are for whom',
  'subscription cron': 'Keep timers',
  'subscription kafka': 'Keep topics that are listened to',
  'subscription cos': 'Keep buckets that are watched',
  project: 'Keep applications apart',
};

export const COMMANDS: readonly CommandEntry[] = [
  entry('deploy', 'Build a folder and run it as an application', () => import('./deploy/deploy.ts')),
  entry('up', 'Start the platform on this machine', () => import('./platform/up.ts')),
  entry('down', 'Stop the platform; --purge removes it', () => import('./platform/down.ts')),
  entry('status', 'Show what of the platform runs', () => import('./platform/status.ts')),
  entry('usage', 'Show what ran for how long', () => import('./usage/usage.ts')),
  entry('doctor', 'Check this machine and say what is missing', () => import('./platform/doctor.ts')),
  entry('version', 'Show the version', () => import('./platform/version.ts')),

  entry('app create', 'Create an application', () => import('./app/create.ts')),
  entry('app get', 'Show an application', () => import('./app/get.ts')),
  entry('app list', 'List applications', () => import('./app/list.ts')),
  entry('app update', 'Change an application', () => import('./app/update.ts')),
  entry('app delete', 'Delete an application', () => import('./app/delete.ts')),
  entry('app restart', 'Replace the instances of an application', () => import('./app/restart.ts')),
  entry('app logs', 'Show what an application printed', () => import('./app/logs.ts')),
  entry('app events', 'Show what happened to an application', () => import('./app/events.ts')),

  entry('revision list', 'List revisions', () => import('./revision/list.ts')),
  entry('revision get', 'Show a revision', () => import('./revision/get.ts')),
  entry('revision delete', 'Delete a revision', () => import('./revision/delete.ts')),
  entry('revision logs', 'Show what a revision printed', () => import('./revision/logs.ts')),

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
  entry('buildrun delete', 'Delete a build run', () => import('./buildrun/delete.ts')),

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
  entry('project select', 'Choose the project of the next commands', () => import('./project/select.ts')),
  entry('project current', 'Show the chosen project', () => import('./project/current.ts')),
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
export const UPCOMING_GROUPS: readonly string[] = [
  'allowedoutbounddestination',
  'beta',
  'connectivity',
  'conn',
  'domainmapping',
  'dm',
  'experimental',
  'fleet',
  'function',
  'fn',
  'job',
  'jobrun',
  'jr',
  'persistentdatastore',
  'pds',
  'reclamation',
  'registry',
  'repo',
  'subnetpool',
];

/** Known commands of groups that are there, not there yet themselves. */
export const UPCOMING_COMMANDS: readonly string[] = [
  'app bind',
  'app unbind',
  'buildrun events',
  'revision events',
  'project restore',
  'project tag',
  'project update',
];
