/**
 * What a .dockerignore leaves out of a COPY, for the files whose every line is plain: names, `*`, `?` and `**`. Exceptions
 * (`!`), character classes and escapes are not read; such a build is buildah's. Pure.
 */

/** Says of a path in the context whether it is left out; undefined when a line is not plain. */
export function parseIgnoreFile(text: string): ((path: string) => boolean) | undefined {
  const patterns: RegExp[] = [];
  for (const raw of text.replace(/^\uFEFF/, '').split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const pattern = toExpression(line);
    if (!pattern) return undefined;
    patterns.push(pattern);
  }
  return (path) => ancestry(path).some((part) => patterns.some((pattern) => pattern.test(part)));
}

/** A folder that is left out takes with it what it holds. */
function ancestry(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}

function toExpression(line: string): RegExp | undefined {
  if (/[![\]\\^]/.test(line)) return undefined;
  const parts = line.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return undefined;
  // `**` beside other characters means different things to different readers.
  if (parts.some((part) => part.includes('**') && part !== '**') || parts.at(-1) === '**') return undefined;
  const source = parts.map((part, index) => {
    if (part === '**') return '(?:.*/)?';
    const name = part
      .replaceAll(/[.+$(){}|]/g, String.raw`\$&`)
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]');
    return index === parts.length - 1 ? name : `${name}/`;
  });
  return new RegExp(`^${source.join('')}$`);
}
