/** Columns of text, as wide as their widest cell; the last is not padded. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_heading, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** `Name:   value` lines; entries without a value are left out, an indented block goes as it is. */
export function renderFields(fields: readonly (readonly [string, string | number | undefined])[]): string {
  const shown = fields.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length)) + 1;
  return shown.map(([name, value]) => `${`${name}:`.padEnd(width)}  ${value}\n`).join('');
}

/** A titled block, indented below its title; nothing without a body. */
export function renderSection(title: string, body: string): string {
  return body === '' ? '' : `${title}:\n${body.replaceAll(/^(?=.)/gm, '  ')}`;
}

/** Blocks with an empty line between; empty ones are left out. */
export function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n');
}
