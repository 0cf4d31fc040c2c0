/**
 * The API as a page to read, rendered from the same description that programs get: one document, no script, nothing from
 * elsewhere. Its policy lets a browser load its own style by hash and nothing else. Pure.
 */
import { createHash } from 'node:crypto';
import { roleNeeded } from '@slipway/control';
import { OPERATIONS, renderOpenApi, type Operation, type OperationId } from '@slipway/spec';
import { DOCS_STYLE } from './docs-style.ts';
import { escapeHtml, renderFieldTable, type SchemaView } from './docs-fields.ts';

export interface DocsPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface OperationView {
  readonly operationId: OperationId;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly ParameterView[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: SchemaView }>>;

interface ParameterView {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: SchemaView;
}

interface ApiView {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationView>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, SchemaView>>;
    readonly responses: { readonly Problem: { readonly description: string } };
  };
}

export function renderDocsPage(): DocsPage {
  const styleHash = createHash('sha256').update(DOCS_STYLE).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    html: renderHtml(renderOpenApi() as unknown as ApiView),
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'referrer-policy': 'no-referrer',
    },
  };
}

function renderHtml({ info, paths, components }: ApiView): string {
  const groups = Map.groupBy(
    Object.values(paths).flatMap((methods) => Object.values(methods)),
    (operation) => operation.tags[0] ?? '',
  );
  const tags = [...groups.keys()].toSorted();
  const schemas = Object.entries(components.schemas);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)} ${escapeHtml(info.version)}</title>
<style>${DOCS_STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the operations</a>
<header>
<h1>${escapeHtml(info.title)}</h1>
<p>${escapeHtml(info.description)} Version ${escapeHtml(info.version)}. Paths begin with <code>/v2</code>.
Send <code>Authorization: Bearer TOKEN</code> with every request.
For programs: <a href="/v2/openapi.json">openapi.json</a>.</p>
</header>
<nav aria-label="Contents">
<ul>
${tags.map((tag) => `<li><a href="#${idOf('tag', tag)}">${escapeHtml(titleOf(tag))}</a></li>`).join('\n')}
<li><a href="#errors">Errors</a></li>
<li><a href="#schemas">Schemas</a></li>
</ul>
</nav>
<main id="content">
${tags.map((tag) => renderGroup(tag, groups.get(tag) ?? [])).join('\n')}
${renderErrors(components.responses.Problem.description)}
<section aria-labelledby="schemas">
<h2 id="schemas">Schemas</h2>
${schemas.map(([name, schema]) => renderSchema(name, schema)).join('\n')}
</section>
</main>
</body>
</html>
`;
}

function renderGroup(tag: string, operations: readonly OperationView[]): string {
  const id = idOf('tag', tag);
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${escapeHtml(titleOf(tag))}</h2>
${operations.map(renderOperation).join('\n')}
</section>`;
}

function renderOperation(view: OperationView): string {
  const { method, path, access }: Operation = OPERATIONS[view.operationId];
  const role = access === 'signed_in' ? 'any credential' : roleNeeded(access);
  const parameters = view.parameters.filter((parameter) => parameter.$ref === undefined);
  const [status = '', answer] = Object.entries(view.responses)[0] ?? [];
  return `<article id="${view.operationId}">
<h3>${escapeHtml(view.summary)}</h3>
<p class="call"><b class="${method.toLowerCase()}">${method}</b> <code>${escapeHtml(path)}</code></p>
<p>Operation <a href="#${view.operationId}"><code>${view.operationId}</code></a>, for ${escapeHtml(role)}.</p>
${parameters.length === 0 ? '' : renderParameters(parameters)}${renderContent('Body', view.requestBody?.content)}${renderContent(`Answer ${status}`, answer?.content)}</article>`;
}

function renderParameters(parameters: readonly ParameterView[]): string {
  const properties = Object.fromEntries(
    parameters.map(({ name, in: place, description, schema }) => {
      const said = [`in the ${place}`, description ?? schema.description].filter((text) => text !== undefined);
      return [name, { ...schema, description: said.join('; ') }] as const;
    }),
  );
  const required = parameters.filter((parameter) => parameter.required === true).map(({ name }) => name);
  return renderFieldTable('Parameters', { type: 'object', properties, required });
}

function renderContent(title: string, content: Content | undefined): string {
  return Object.entries(content ?? {})
    .map(([mediaType, { schema }]) => renderFieldTable(`${title}: ${mediaType}`, schema))
    .join('');
}

function renderSchema(name: string, schema: SchemaView): string {
  return `<article id="${idOf('schema', name)}">
<h3>${escapeHtml(name)}</h3>
${renderFieldTable(name, schema)}</article>`;
}

/** Lines of the form "- `code` (404): What it means". */
function renderErrors(description: string): string {
  const rows = [...description.matchAll(/^- `(\w+)` \((\d+)\): (.*)$/gm)].map(
    ([, code = '', status = '', title = '']) =>
      `<tr><th scope="row"><code>${code}</code></th><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
  );
  return `<section aria-labelledby="errors">
<h2 id="errors">Errors</h2>
<table>
<caption>Codes in <code>errors[0].code</code> of a refusal</caption>
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`;
}

function idOf(kind: 'tag' | 'schema', name: string): string {
  return `${kind}-${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}`;
}

/** `config_maps` → `Config maps`. */
function titleOf(tag: string): string {
  const words = tag.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
