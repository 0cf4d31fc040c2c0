/**
 * Options that the subscriptions of all types share, and what they make. Spellings and defaults: the public command
 * line. Nothing is delivered yet, so there is nothing to wait for: the options of waiting are understood, without effect.
 */
import type { Subscription, SubscriptionPatch, SubscriptionPrototype } from '@slipway/spec';
import type { OptionSpec } from '../command.ts';
import { OUTPUT_OPTION } from '../output/render-output.ts';
import { NAME, QUIET, waitOptions } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';

/** Words of the command line → types of the API. */
const DESTINATION_TYPES: Readonly<Record<string, string>> = { app: 'app_v2', job: 'job_v2', function: 'function_v2' };

const EXTENSION = {
  names: ['--extension', '--ext'],
  kind: 'list',
  summary: 'attribute of each event, NAME=VALUE',
} as const;
const PATH = { names: ['--path'], kind: 'value', summary: 'path of the destination that takes the events' } as const;

function destinationType(words: readonly string[]) {
  return {
    names: ['--destination-type', '--dt'],
    kind: 'value',
    summary: 'what takes the events',
    values: words,
  } as const;
}

export function createOptions(destinations: readonly string[], waitSeconds = 15) {
  return {
    name: NAME,
    destination: {
      names: ['--destination', '-d'],
      kind: 'value',
      summary: 'name of what takes the events',
      required: true,
    },
    destinationType: { ...destinationType(destinations), default: 'app' },
    extension: EXTENSION,
    path: PATH,
    force: {
      names: ['--force', '-f'],
      kind: 'flag',
      summary: 'do not check the destination and the secret',
      default: 'false',
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    ...waitOptions(true, waitSeconds),
  } as const satisfies Record<string, OptionSpec>;
}

export function updateOptions(destinations: readonly string[]) {
  return {
    name: NAME,
    destination: { names: ['--destination', '-d'], kind: 'value', summary: 'name of what takes the events' },
    destinationType: destinationType(destinations),
    extension: EXTENSION,
    extensionRm: { names: ['--extension-rm', '--ext-rm'], kind: 'list', summary: 'drop an attribute' },
    path: PATH,
    output: OUTPUT_OPTION,
    quiet: QUIET,
  } as const satisfies Record<string, OptionSpec>;
}

interface Given {
  readonly destination?: string | undefined;
  readonly destinationType?: string | undefined;
  readonly extension?: readonly string[] | undefined;
  readonly extensionRm?: readonly string[] | undefined;
  readonly path?: string | undefined;
}

type Shared = Pick<SubscriptionPrototype, 'component' | 'component_path' | 'event_extensions'>;

export function sharedPrototype(given: Given): Shared {
  const type = DESTINATION_TYPES[given.destinationType ?? 'app'] ?? '';
  return {
    component: { name: given.destination ?? '', resource_type: type },
    ...(given.path !== undefined && { component_path: given.path }),
    ...(given.extension && { event_extensions: given.extension.map(parseExtension) }),
  };
}

/** Only what was named changes; an attribute is set or dropped by itself, the API knows only the whole list. */
export function sharedPatch(given: Given, before: Subscription): SubscriptionPatch {
  const { destination, destinationType: word, extension = [], extensionRm: drop = [], path } = given;
  const component = {
    name: destination ?? before.component.name,
    resource_type: word === undefined ? before.component.resource_type : (DESTINATION_TYPES[word] ?? ''),
  };
  const extensions = new Map(before.event_extensions.map(({ name, value }) => [name, value]));
  for (const name of drop) {
    if (!extensions.delete(name))
      throw new UsageFault(`Cannot drop attribute "${name}": the subscription has none of this name`);
  }
  for (const { name, value } of extension.map(parseExtension)) extensions.set(name, value);
  return {
    ...((destination !== undefined || word !== undefined) && { component }),
    ...(path !== undefined && { component_path: path }),
    ...(extension.length + drop.length > 0 && {
      event_extensions: [...extensions].map(([name, value]) => ({ name, value })),
    }),
  };
}

function parseExtension(text: string): { readonly name: string; readonly value: string } {
  const equals = text.indexOf('=');
  if (equals > 0) return { name: text.slice(0, equals), value: text.slice(equals + 1) };
  throw new UsageFault(`Cannot use --extension "${text}": it must be NAME=VALUE`);
}
