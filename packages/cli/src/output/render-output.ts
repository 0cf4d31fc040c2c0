/** `--output`: one document as JSON, YAML, its URL, or what a JSONPath finds; the text form is each command's own. */
import { UsageFault } from '../usage-fault.ts';
import type { OptionSpec } from '../command.ts';
import { jsonPathValues, renderJsonPath } from './json-path.ts';

const DOCUMENT_FORMATS = [
  'json',
  'yaml',
  'jsonpath=JSONPATH_EXPRESSION',
  'jsonpath-as-json=JSONPATH_EXPRESSION',
] as const;

export const OUTPUT_OPTION = {
  names: ['--output', '-o'],
  kind: 'value',
  summary: 'form of the output',
  values: DOCUMENT_FORMATS,
} as const satisfies OptionSpec;

export const APP_OUTPUT_OPTION = {
  ...OUTPUT_OPTION,
  values: [...DOCUMENT_FORMATS, 'url', 'project-url'],
} as const satisfies OptionSpec;

export interface OutputUrls {
  readonly url?: string | undefined;
  readonly projectUrl?: string | undefined;
}

/** The text for a format; undefined without one: then the command prints its own. */
export async function renderOutput(
  format: string | undefined,
  value: unknown,
  urls: OutputUrls = {},
): Promise<string | undefined> {
  if (format === undefined) return undefined;
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  if (format === 'yaml') return (await import('yaml')).stringify(value);
  if (format === 'url') return urlLine(urls.url, 'a public URL');
  if (format === 'project-url') return urlLine(urls.projectUrl, 'a URL inside the project');
  const [kind, ...rest] = format.split('=');
  const expression = rest.join('=');
  if (kind === 'jsonpath') return `${renderJsonPath(expression, value)}\n`;
  if (kind === 'jsonpath-as-json') return `${JSON.stringify(jsonPathValues(expression, value), null, 2)}\n`;
  throw new UsageFault(`Cannot use --output "${format}"`);
}

function urlLine(url: string | undefined, what: string): string {
  if (url === undefined || url === '') throw new UsageFault(`Cannot print ${what}: there is none yet`);
  return `${url}\n`;
}
