/**
 * What a .dockerignore leaves out of a COPY, for the files whose every line is plain: names, `*`, `?` and `**`. Exceptions
 * (`!`), character classes and escapes are not read; such a build is buildah's. Pure. Matching is bounded: the platform does
 * it for whoever wrote the file.
 */

const PATTERNS_MAX = 200;
/** Of `*` in one name: with more, a long name is tried in too many ways. */
const STARS_MAX = 2;

/**
 * Says of a path in the context whether a line names it. What lies in a folder that is left out is not asked for.
 * undefined when a line is not plain.
 */
export function parseIgnoreFile(text: string): ((path: string) => boolean) | undefined {
  const patterns: RegExp[] = [];
  for (const raw of text.replace(/^\uFEFF/, '').split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const pattern = toExpression(line);
    if (!pattern || patterns.length === PATTERNS_MAX) return undefined;
    patterns.push(pattern);
  }
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function toExpression(line: string): RegExp | undefined {
  if (/[![\]\\^]/.test(line)) return undefined;
  const parts = line.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return undefined;
  // `**` beside other characters means different things to different readers.
  if (parts.some((part) => part.includes('**') && part !== '**') || parts.at(-1) === '**') return undefined;
  if (parts.filter((part) => part === '**').length > 1) return undefined;
  if (parts.some((part) => part !== '**' && part.split('*').length - 1 > STARS_MAX)) return undefined;
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
