/**
 * Every command by its words, its one-line summary, and where it is. A command is loaded only when it is run: `slipway
 * version` reads three small files.
 */
import type { Command } from './command.ts';

export interface CommandEntry {
  readonly words: readonly [string] | readonly [string, string];
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const GROUP_ALIASES: Readonly<Record<string, readonly string[]>> = {
  app: ['app', 'application'],
  revision: ['revision', 'rev'],
  build: ['build', 'bd'],
  buildrun: ['buildrun', 'br'],
  configmap: ['configmap', 'cm'],
  secret: ['secret'],
  project: ['project', 'proj'],
  quota: ['quota'],
  reclamation: ['reclamation', 'recl'],
};

export const GROUP_SUMMARIES: Readonly<Record<string, string>> = {
  app: 'Run and change applications',
  revision: 'Look at the revisions of applications',
  build: 'Keep recipes that make images',
  buildrun: 'Run builds',
  configmap: 'Keep settings outside of images',
  secret: 'Keep passwords, keys and certificates',
  project: 'Keep applications apart',
  quota: 'Say how much a project may have',
  reclamation: 'Look at deleted projects that can be restored',
};

export const COMMANDS: readonly CommandEntry[] = [
  entry('deploy', 'Build a folder and run it as an application', () => import('./deploy/deploy.ts')),
  entry('up', 'Start the platform on this machine', () => import('./platform/up.ts')),
  entry('down', 'Stop the platform; --purge removes it', () => import('./platform/down.ts')),
  entry('status', 'Show what of the platform runs', () => import('./platform/status.ts')),
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

  entry('project create', 'Create a project', () => import('./project/create.ts')),
  entry('project get', 'Show a project', () => import('./project/get.ts')),
  entry('project list', 'List projects', () => import('./project/list.ts')),
  entry('project delete', 'Delete a project and all it holds', () => import('./project/delete.ts')),
  entry('project restore', 'Restore a deleted project', () => import('./project/restore.ts')),
  entry('project update', 'Rename a project', () => import('./project/update.ts')),
  entry('project tag', 'Show, add and remove tags of a project', () => import('./project/tag.ts')),
  entry('project select', 'Choose the project of the next commands', () => import('./project/select.ts')),
  entry('project current', 'Show the chosen project', () => import('./project/current.ts')),

  entry('reclamation list', 'List deleted projects', () => import('./reclamation/list.ts')),
  entry('reclamation get', 'Show a deleted project', () => import('./reclamation/get.ts')),
  entry('reclamation restore', 'Restore a deleted project', () => import('./reclamation/restore.ts')),
  entry('reclamation delete', 'Delete a project for good', () => import('./reclamation/delete.ts')),

  entry('quota get', 'Show the quotas of a project and what is used', () => import('./quota/get.ts')),
  entry('quota update', 'Raise or lower quotas of a project', () => import('./quota/update.ts')),
];

function entry(words: string, summary: string, load: () => Promise<{ readonly command: unknown }>): CommandEntry {
  const [first = '', second] = words.split(' ');
  return {
    words: second === undefined ? [first] : [first, second],
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
  'registry',
  'repo',
  'subnetpool',
  'subscription',
  'sub',
];

/** Known commands of groups that are there, not there yet themselves. */
export const UPCOMING_COMMANDS: readonly string[] = ['app bind', 'app unbind', 'buildrun events', 'revision events'];
