/** Fields of a schema as an HTML table. Pure; whatever comes in is text and is escaped. */
export interface SchemaView {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly (string | number)[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: SchemaView;
  readonly properties?: Readonly<Record<string, SchemaView>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaView;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}

/** Objects inside objects follow as `outer.inner` rows. */
export function renderFieldTable(caption: string, schema: SchemaView): string {
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return `<p>${escapeHtml(caption)}: ${renderType(schema)}</p>\n`;
  return `<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">About</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
`;
}

function rowsOf({ properties = {}, required = [] }: SchemaView, prefix: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const mark = required.includes(name) ? ' <abbr title="required">*</abbr>' : '';
    const row = `<tr><th scope="row"><code>${escapeHtml(prefix + name)}</code>${mark}</th><td>${renderType(schema)}</td><td>${renderRules(schema)}</td></tr>`;
    const inner = schema.type === 'array' ? schema.items : schema;
    const suffix = schema.type === 'array' ? '[].' : '.';
    return [row, ...rowsOf(inner ?? {}, prefix + name + suffix)];
  });
}

function renderType(schema: SchemaView): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `<a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a>`;
  }
  if (schema.type === 'array') return `list of ${renderType(schema.items ?? {})}`;
  if (typeof schema.additionalProperties === 'object') return `map of ${renderType(schema.additionalProperties)}`;
  return escapeHtml([schema.type ?? 'anything', schema.format].filter((part) => part !== undefined).join(', '));
}

function renderRules(schema: SchemaView): string {
  const { description, enum: words, default: preset, minimum, maximum, minLength, maxLength, pattern } = schema;
  const rules = [
    ...(description === undefined ? [] : [escapeHtml(description)]),
    ...(words === undefined ? [] : [words.map((word) => `<code>${escapeHtml(String(word))}</code>`).join(' | ')]),
    ...(preset === undefined ? [] : [`default <code>${escapeHtml(JSON.stringify(preset))}</code>`]),
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(minLength === undefined ? [] : [`at least ${minLength} characters`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(pattern === undefined ? [] : [`matches <code>${escapeHtml(pattern)}</code>`]),
  ];
  return rules.join('; ');
}
