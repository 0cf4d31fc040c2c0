/**
 * What the program `ibmcloud` knows beside `ce`: the commands that scripts for the public cloud run around it. Each is
 * answered from this platform; everything else is said not to be here.
 */
import type { CommandEntry } from '../command-table.ts';
import type { Command } from '../command.ts';

/** Spellings after which all is as after `slipway`. */
export const CODE_ENGINE_WORDS: readonly string[] = ['ce', 'code-engine'];

export const IBMCLOUD_COMMANDS: readonly CommandEntry[] = [
  entry('login', 'Log in', () => import('./login.ts')),
  entry('logout', 'Log out', () => import('./logout.ts')),
  entry('target', 'Show or set what commands are for', () => import('./target.ts')),
  entry('version', 'Show the version', () => import('./version.ts')),
  entry('config', 'Take settings of the public program, which mean nothing here', () => import('./config.ts')),
  entry('regions', 'List regions: a platform is one', () => import('./regions.ts')),
  entry('plugin list', 'List plug-ins: code-engine, and it is always there', () => import('./plugin-list.ts')),
  entry('plugin show', 'Show a plug-in', () => import('./plugin-show.ts')),
  entry('plugin install', 'See that a plug-in is there', () => import('./plugin-install.ts')),
  entry('plugin update', 'See that a plug-in is there', () => import('./plugin-install.ts')),
  entry('iam oauth-tokens', 'Print an access token', () => import('./oauth-tokens.ts')),
  entry('iam api-key-create', 'Create an API key', () => import('./api-key-create.ts')),
  entry('iam api-keys', 'List API keys', () => import('../apikey/list.ts')),
  entry('iam api-key-delete', 'Revoke an API key', () => import('../apikey/delete.ts')),
  entry('resource groups', 'List resource groups: a platform is one', () => import('./resource-groups.ts')),
  entry('resource group', 'Show a resource group', () => import('./resource-group.ts')),
];

export const IBMCLOUD_ALIASES: Readonly<Record<string, string>> = { '--version': 'version', '-v': 'version' };

function entry(words: string, summary: string, load: () => Promise<{ readonly command: unknown }>): CommandEntry {
  const [first = '', ...others] = words.split(' ');
  return { words: [first, ...others], summary, load: async () => (await load()).command as Command };
}
