/**
 * The commands that `secret`, `registry` and `repo` have alike. The latter two keep secrets of one format each, and
 * leave those of others alone.
 */
import type { SecretFormat } from '@slipway/spec';
import { defineCommand, type Command } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, NAME, QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { deleteSecret, getSecret, listSecrets } from './keep-secret.ts';
import { encodeData, renderAccessSecret, renderAccessSecretList, renderSecret } from './render-secret.ts';

export interface SecretKind {
  readonly noun: string;
  /** Absent: every format. */
  readonly format?: SecretFormat;
}

export const ANY_SECRET: SecretKind = { noun: 'secret' };
export const REGISTRY_ACCESS = {
  noun: 'image registry access secret',
  format: 'registry',
} as const satisfies SecretKind;
export const REPO_ACCESS = { noun: 'Git access secret', format: 'ssh_auth' } as const satisfies SecretKind;

const GET_OPTIONS = {
  name: NAME,
  decode: { names: ['--decode', '-d'], kind: 'flag', summary: 'show values in clear', default: 'false' },
  output: OUTPUT_OPTION,
  quiet: QUIET,
} as const;

export function secretGetCommand({ format }: SecretKind): Command<typeof GET_OPTIONS> {
  return defineCommand({
    options: GET_OPTIONS,
    operands: ['NAME'],
    async run({ options, context }) {
      const scope = await openProject(context);
      const stored = await getSecret(scope, options.name ?? '', format);
      const secret = options.decode === true ? stored : encodeData(stored);
      const render = format === undefined ? renderSecret : renderAccessSecret;
      const sight = { projectName: scope.project.name, nowMs: Date.now() };
      context.terminal.write((await renderOutput(options.output, secret)) ?? render(secret, sight));
    },
  });
}

const LIST_OPTIONS = { output: OUTPUT_OPTION, quiet: QUIET, sortBy: SORT_BY } as const;

export function accessSecretListCommand({ noun, format }: SecretKind): Command<typeof LIST_OPTIONS> {
  return defineCommand({
    options: LIST_OPTIONS,
    async run({ options, context }) {
      const scope = await openProject(context);
      const items = sortItems(await listSecrets(scope, format), options.sortBy);
      const text = await renderOutput(options.output, { items });
      if (text === undefined && items.length === 0) context.say(`No ${noun}s in project "${scope.project.name}"`);
      else context.terminal.write(text ?? renderAccessSecretList(items, Date.now()));
    },
  });
}

const DELETE_OPTIONS = { name: NAME, force: FORCE_DELETE, ignoreNotFound: IGNORE_NOT_FOUND, quiet: QUIET } as const;

export function secretDeleteCommand({ noun, format }: SecretKind): Command<typeof DELETE_OPTIONS> {
  return defineCommand({
    options: DELETE_OPTIONS,
    operands: ['NAME'],
    async run({ options, context }) {
      const { name = '' } = options;
      const scope = await openProject(context);
      await deleteResource(context, {
        what: `${noun} "${name}"`,
        force: options.force === true,
        ignoreNotFound: options.ignoreNotFound === true,
        remove: () => deleteSecret(scope, name, format),
      });
    },
  });
}
